"""What holds whoever asks: rights, who is told of what, until when people wait, what comes next. Nothing here
writes to the database."""
