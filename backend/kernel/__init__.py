"""What every slice stands on: settings, database, ids, time, quantities, problems, commands, outbox, inbox, live."""
