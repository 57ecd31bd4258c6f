using System.Text.Json;
using Baeum.Models;

namespace Baeum.Cli.Verify;

/// <summary>Vectors of sentences by a published model, which lies beside the books under <c>data/models</c>.</summary>
internal static class SentenceCases
{
    // the books say so: a cosine of 0.9999
    private const double Tolerance = 1e-4;

    /// <summary>The comparisons; null where the model is not there.</summary>
    internal static IEnumerable<Comparison> Of(Book book, JsonElement root)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(book.Path))!, "..", "data", "models", book.Subject);
        string[] texts = [.. root.GetProperty("texts").EnumerateArray().Select(text => text.GetString() ?? "")];
        double[][] wanted = [.. root.GetProperty("embeddings").EnumerateArray().Select(row => row.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        var vectors = new Lazy<Tensor>(() => SentenceEncoder.FromPretrained(folder).Encode(texts));
        for (int i = 0; i < texts.Length; i++)
        {
            int row = i;
            yield return new Comparison(FormattableString.Invariant($"{book.Name}/text_{row}"), !Directory.Exists(folder) ? null : () =>
            {
                double[] got = vectors.Value[row].To(DType.Float64).ToArray<double>();
                double cosine = got.Zip(wanted[row], (a, b) => a * b).Sum() / Math.Sqrt(got.Sum(a => a * a) * wanted[row].Sum(b => b * b));
                return new Outcome(1 - cosine, Tolerance, texts[row].Length > 40 ? texts[row][..40] : texts[row]);
            });
        }
    }
}
