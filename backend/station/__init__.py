"""The village station: its register book, visits, leads and reports, and the pages asked for in the chat."""
