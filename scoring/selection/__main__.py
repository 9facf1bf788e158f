from scoring.selection.command import run

run()
