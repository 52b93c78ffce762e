"""The command line: reads words, prints one answer; holds no rule of the shop."""
