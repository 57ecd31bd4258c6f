namespace Baeum.Text;

/// <summary>What a model makes of a stretch of text.</summary>
/// <param name="Id">Its number in the vocabulary.</param>
/// <param name="Start">Where it begins in the piece that was tokenized, in chars.</param>
/// <param name="End">Where it ends; pieces of one character (bytes) all span that character.</param>
/// <param name="Surface">True when its string is the text itself rather than the vocabulary's entry: unknown pieces of Unigram, added tokens.</param>
internal readonly record struct Token(int Id, int Start, int End, bool Surface = false);
