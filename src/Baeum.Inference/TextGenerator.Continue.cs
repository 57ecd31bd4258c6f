using System.Text;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Inference;

/// <content>From text to text.</content>
public static partial class TextGenerator
{
    /// <summary>
    /// Goes on with a text, part by part. Where the model's positions are used up, it goes on from the last half of them, so that a text may be longer
    /// than what the model sees at once.
    /// </summary>
    /// <param name="model">The model; it is set to evaluation for the time.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="prompt">The text's beginning.</param>
    /// <param name="options">How; no beam search, which settles its pieces only at the end.</param>
    /// <param name="stopStrings">The texts at which it ends; they are not part of the result.</param>
    /// <param name="onText">Given each part that is certain: no half characters, no beginnings of stop strings.</param>
    /// <param name="cancellation">Ends the text where it is.</param>
    /// <returns>What follows the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt has no piece, or the options make no sense.</exception>
    public static string Continue(ILanguageModel model, Tokenizer tokenizer, string prompt, GenerationOptions options, IReadOnlyList<string>? stopStrings = null,
        Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        if (options.BeamCount > 1) throw new ArgumentException("Continue: a beam search settles its pieces only at the end; use Generate.", nameof(options));
        List<int> ids = [.. tokenizer.EncodeToIds(prompt)];
        if (ids.Count == 0) throw new ArgumentException($"Continue: the tokenizer knows no piece of the prompt '{prompt}'; begin with at least one.", nameof(prompt));
        var stream = new TextStream(tokenizer, ids, stopStrings);
        var text = new StringBuilder();
        int last = ids.Count + options.MaxNewTokens;
        bool ended = cancellation.IsCancellationRequested;
        while (!ended && ids.Count < last)
        {
            long[] window = [.. ids.TakeLast(ids.Count < model.PositionCount ? ids.Count : Math.Max(1, model.PositionCount / 2)).Select(id => (long)id)];
            int count = Math.Min(last - ids.Count, model.PositionCount + 1 - window.Length);
            Generate(model, Tensor.From(window).Reshape(1, -1), null, options with { MaxNewTokens = count, OnToken = Take });
        }
        Show(stream.Finish());
        return text.ToString();

        bool Take(int row, int id)
        {
            ids.Add(id);
            ended = options.OnToken?.Invoke(row, id) == false || options.EndIds.Contains(id) || cancellation.IsCancellationRequested;
            if (!options.EndIds.Contains(id)) Show(stream.Add(id));
            return !(ended |= stream.IsStopped);
        }

        void Show(string part)
        {
            if (part.Length == 0) return;
            text.Append(part);
            onText?.Invoke(part);
        }
    }
}
