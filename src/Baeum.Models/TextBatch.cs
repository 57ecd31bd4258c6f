using Baeum.Text;

namespace Baeum.Models;

/// <summary>Texts as a model takes them: ids, padded on the right to the longest.</summary>
/// <param name="Ids">Int64 [batch, time].</param>
/// <param name="AttentionMask">Int64 [batch, time]: 1 for a piece, 0 for padding.</param>
/// <param name="TypeIds">Int64 [batch, time]: 0 for the first text of a pair, 1 for the second.</param>
public sealed record TextBatch(Tensor Ids, Tensor AttentionMask, Tensor TypeIds)
{
    /// <summary>Tokenizes texts.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="texts">At least one.</param>
    /// <param name="maxLength">Longer texts are cut to so many pieces, their end mark kept.</param>
    /// <param name="paddingId">What fills shorter texts.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static TextBatch Of(Tokenizer tokenizer, IReadOnlyList<string> texts, int maxLength, int paddingId = 0)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(texts);
        var (truncation, padding) = (tokenizer.Truncation, tokenizer.Padding);
        (tokenizer.Truncation, tokenizer.Padding) = (new TokenTruncation(maxLength), null);
        try
        {
            return Of(tokenizer.EncodeBatch(texts), paddingId);
        }
        finally
        {
            (tokenizer.Truncation, tokenizer.Padding) = (truncation, padding);
        }
    }

    /// <summary>Pads encodings to the longest of them.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TextBatch Of(IReadOnlyList<Encoding> encodings, int paddingId = 0)
    {
        ArgumentNullException.ThrowIfNull(encodings);
        if (encodings.Count == 0) throw new ArgumentException("TextBatch: there is no text.", nameof(encodings));
        int length = Math.Max(1, encodings.Max(encoding => encoding.Count));
        Tensor Pad(Func<Encoding, IReadOnlyList<int>> part, int filler)
        {
            var values = new long[encodings.Count * length];
            for (int row = 0; row < encodings.Count; row++)
            {
                IReadOnlyList<int> own = part(encodings[row]);
                for (int t = 0; t < length; t++) values[row * length + t] = t < own.Count ? own[t] : filler;
            }
            return Tensor.From(values).Reshape(encodings.Count, length);
        }
        return new(Pad(encoding => encoding.Ids, paddingId), Pad(encoding => encoding.AttentionMask, 0), Pad(encoding => encoding.TypeIds, 0));
    }
}
