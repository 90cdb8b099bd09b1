"""The nouns of the house: vocabulary, what travels, what policy says, what is kept."""
