using System.Text;
using Baeum.Text;

namespace Baeum.Inference;

/// <summary>
/// The text of pieces as they are generated, given out in parts that are final: a character that spans several pieces appears when it is whole, and what
/// may be the beginning of a stop string is held back until it is none.
/// </summary>
public sealed class TextStream
{
    private readonly DecodeStream decoder;
    private readonly IReadOnlyList<string> stopStrings;
    private readonly StringBuilder held = new();

    /// <summary>A stream.</summary>
    /// <param name="tokenizer">Knows the pieces.</param>
    /// <param name="prompt">The pieces before the first generated one, on which its spaces may depend; they are not given out.</param>
    /// <param name="stopStrings">The texts at which it ends; they are not given out.</param>
    /// <exception cref="ArgumentException">A stop string is empty.</exception>
    public TextStream(Tokenizer tokenizer, IEnumerable<int>? prompt = null, IReadOnlyList<string>? stopStrings = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        this.stopStrings = stopStrings ?? [];
        if (this.stopStrings.Any(string.IsNullOrEmpty)) throw new ArgumentException("TextStream: a stop string is empty; every text would end at once.", nameof(stopStrings));
        decoder = tokenizer.Stream();
        foreach (int id in prompt ?? []) decoder.Add(id);
    }

    /// <summary>Whether a stop string was met.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes the next piece; gives the text that is now certain, often none.</summary>
    public string Add(int id) => IsStopped ? "" : Release(decoder.Add(id), isLast: false);

    /// <summary>What was held back at the end.</summary>
    public string Finish() => IsStopped ? "" : Release(decoder.Finish(), isLast: true);

    private string Release(string more, bool isLast)
    {
        string text = held.Append(more).ToString();
        int end = stopStrings.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        IsStopped = end >= 0;
        int certain = IsStopped ? end : isLast ? text.Length : text.Length - stopStrings.Select(stop => Overlap(text, stop)).DefaultIfEmpty(0).Max();
        held.Clear().Append(text.AsSpan(IsStopped ? text.Length : certain));
        return text[..certain];
    }

    /// <summary>How many characters at the text's end may begin the stop string.</summary>
    private static int Overlap(string text, string stop)
    {
        int most = Math.Min(text.Length, stop.Length - 1);
        while (most > 0 && !text.AsSpan(text.Length - most).SequenceEqual(stop.AsSpan(0, most))) most--;
        return most;
    }
}
