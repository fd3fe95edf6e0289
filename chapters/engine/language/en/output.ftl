# What could not be written.

output-unwritten-stdout = failed to write stdout: { $reason }
output-unwritten = failed to write { $file }: { $reason }
output-next-space = next: make space for it, or write it elsewhere, and run the same again
output-next-file = next: name a file that can be written, and run the same again
