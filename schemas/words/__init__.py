"""Words that several services say or read: reasons of a judgement, months and parts of the day."""
