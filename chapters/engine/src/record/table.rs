//! Aligns Docker's tables again after placeholders with another length have replaced values.

use crate::record::pattern::{Pattern, pattern};

/// Number of spaces between two columns, as Docker prints them.
const GAP: usize = 3;

static HEADER: Pattern = pattern!(r"^[A-Z][A-Z0-9 ]*$");
static NAME: Pattern = pattern!(r"[A-Z0-9]+(?: [A-Z0-9]+)*");

/// Rows of cells; the first row is the header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    /// At least the header. Each row has as many cells as the header; an empty cell is `""`.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Parses a table with a header of two or more names in capitals, separated by two or more spaces;
    /// `None` if `text` does not start with such a header.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let header = text.lines().next().filter(|line| HEADER.is_match(line))?;
        let starts: Vec<_> = NAME.find_iter(header).map(|name| name.start()).collect();
        let rows = text.lines().map(|line| cells(line, &starts)).collect();
        (starts.len() >= 2).then_some(Self { rows })
    }

    /// The table as text, each column as wide as its widest cell.
    #[must_use]
    pub fn layout(&self) -> String {
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max();
        let widths = (0..self.rows[0].len()).map(|column| width(column).unwrap_or(0) + GAP);
        let widths: Vec<usize> = widths.collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths);
            let line: String = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
            line.trim_end().to_owned() + "\n"
        };
        self.rows.iter().map(line).collect()
    }
}

fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let line: Vec<char> = line.chars().collect();
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    let cell = |(&start, end): (&usize, usize)| {
        let cell = line.get(start..end.min(line.len())).unwrap_or_default();
        cell.iter().collect::<String>().trim().to_owned()
    };
    starts.iter().zip(ends).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cell_keeps_its_column() {
        let text =
            "CONTAINER ID   PORTS      NAMES\nabc                       one\ndef            8080/tcp   two\n";
        let table = Table::parse(text).unwrap();
        assert_eq!(table.rows[1], ["abc", "", "one"]);
        assert_eq!(table.rows[2], ["def", "8080/tcp", "two"]);
    }

    #[test]
    fn columns_align_again_after_a_cell_has_changed() {
        let mut table = Table::parse("IMAGE ID   SIZE\nabc        1MB\n").unwrap();
        table.rows[1][0] = "<image-1>".to_owned();
        assert_eq!(table.layout(), "IMAGE ID    SIZE\n<image-1>   1MB\n");
        assert_eq!(Table::parse(&table.layout()).unwrap(), table);
    }

    #[test]
    fn prose_is_no_table() {
        assert_eq!(Table::parse("Hello, Docker! <3\n"), None);
        assert_eq!(Table::parse("HELLO\n"), None);
    }
}
