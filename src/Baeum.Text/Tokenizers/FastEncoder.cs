namespace Baeum.Text;

/// <summary>A short cut from text to ids for a normalizer, a pre-tokenizer and a model that are known to work together: no offsets, no strings, nothing allocated.</summary>
internal abstract class FastEncoder
{
    /// <summary>Adds the ids of a stretch of text that holds no added token. The ids are those that the full way gives.</summary>
    /// <param name="text">The stretch; it holds no half surrogate pairs.</param>
    /// <param name="first">True when it is the beginning of the text.</param>
    /// <param name="workspace">What the thread needs; ids go to <see cref="Workspace.Ids"/>.</param>
    internal abstract void Encode(ReadOnlySpan<char> text, bool first, Workspace workspace);
}
