namespace Baeum.Text;

/// <summary>Precision, recall and their harmonic mean of a summary.</summary>
/// <param name="Precision">Of what the summary says, the share that the reference says too.</param>
/// <param name="Recall">Of what the reference says, the share that the summary says too.</param>
/// <param name="F1">2·precision·recall / (precision + recall).</param>
public readonly record struct RougeScore(double Precision, double Recall, double F1)
{
    internal static RougeScore Of(double common, int got, int wanted)
    {
        double precision = got == 0 ? 0 : common / got, recall = wanted == 0 ? 0 : common / wanted;
        return new RougeScore(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }
}

/// <summary>How much of a reference's n-grams, or of its order of words, a summary holds (Lin, 2004).</summary>
/// <remarks>
/// The standard tokens are those of the rouge-score package: runs of a to z and 0 to 9 in small letters. It sees no Korean; hand over words (<see cref="TextCleaner.Words"/>) or syllables for that.
/// </remarks>
public static class Rouge
{
    /// <summary>ROUGE-n: n-grams in common.</summary>
    /// <param name="n">1 for words, 2 for pairs.</param>
    /// <param name="summary">What is judged.</param>
    /// <param name="reference">What it should say.</param>
    /// <param name="tokenize">How both are cut into words; null: <see cref="EnglishTokens"/>.</param>
    public static RougeScore N(int n, string summary, string reference, Func<string, IEnumerable<string>>? tokenize = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        (string[] got, string[] wanted) = Tokens(summary, reference, tokenize);
        int common = Ngrams.Common(Ngrams.Count(got, n), Ngrams.Count(wanted, n));
        return RougeScore.Of(common, Math.Max(0, got.Length - n + 1), Math.Max(0, wanted.Length - n + 1));
    }

    /// <summary>ROUGE-L: the longest sequence of words that both hold in the same order, with gaps.</summary>
    /// <inheritdoc cref="N"/>
    public static RougeScore L(string summary, string reference, Func<string, IEnumerable<string>>? tokenize = null)
    {
        (string[] got, string[] wanted) = Tokens(summary, reference, tokenize);
        var row = new int[wanted.Length + 1];
        foreach (string word in got)
        {
            int diagonal = 0;
            for (int j = 1; j < row.Length; j++)
                (diagonal, row[j]) = (row[j], word == wanted[j - 1] ? diagonal + 1 : Math.Max(row[j], row[j - 1]));
        }
        return RougeScore.Of(row[^1], got.Length, wanted.Length);
    }

    /// <summary>Runs of a to z and 0 to 9 in small letters; everything else parts them.</summary>
    public static string[] EnglishTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text.ToLowerInvariant(), static (kept, lower) =>
        {
            for (int i = 0; i < kept.Length; i++)
                kept[i] = char.IsAsciiLetterLower(lower[i]) || char.IsAsciiDigit(lower[i]) ? lower[i] : ' ';
        }).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (string[] Summary, string[] Reference) Tokens(string summary, string reference, Func<string, IEnumerable<string>>? tokenize)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(reference);
        tokenize ??= EnglishTokens;
        return ([.. tokenize(summary)], [.. tokenize(reference)]);
    }
}
