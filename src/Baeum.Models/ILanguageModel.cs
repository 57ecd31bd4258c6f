namespace Baeum.Models;

/// <summary>A model that goes on with a text.</summary>
public interface ILanguageModel
{
    /// <summary>How many pieces it scores.</summary>
    int VocabularySize { get; }

    /// <summary>The longest text.</summary>
    int PositionCount { get; }

    /// <summary>Scores for the piece that follows each of the new pieces.</summary>
    /// <param name="ids">Int64 [batch, time]: the pieces behind those in the cache.</param>
    /// <param name="attentionMask">[batch, cached and new time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="positionIds">Int64 [batch, time]: where each piece stands in its text; null: behind the cached ones in order.</param>
    /// <param name="cache">The positions seen before; takes these in.</param>
    /// <returns>[batch, time, vocabulary].</returns>
    Tensor Next(Tensor ids, Tensor? attentionMask, Tensor? positionIds, KeyValueCache cache);
}
