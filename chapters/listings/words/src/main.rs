use regex::Regex;

const TEXT: &str = "The quick brown fox jumps over the lazy dog.";

fn main() {
    let word = Regex::new(r"\w+").expect("the pattern is valid");
    println!("{} words", word.find_iter(TEXT).count());
}
