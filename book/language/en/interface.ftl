# The bar above a page, and what stands beside it.

interface-contents = Table of contents
interface-skip = Skip to the text
interface-search = Search
# The name of the other language, in that language.
interface-switch = 日本語
interface-run = To run the commands of this page from the page itself, type `{ $serve }` and open the address that it prints.
# Below the title of a page.
interface-reading = Time to read: about { $minutes } min.
interface-running-seconds = {" "}Time to run its commands: about { $seconds } s.
interface-running-minutes = {" "}Time to run its commands: about { $minutes } min.
