"""What holds whoever asks: rights, who is told, until when one waits, what comes next. Reads only."""
