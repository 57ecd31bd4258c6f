namespace Baeum.Text;

/// <summary>Takes the endings off English words, so that connect, connected and connections count as one (M. F. Porter, An algorithm for suffix stripping, 1980).</summary>
/// <remarks>
/// A word is read as [C](VC)^m[V], runs of consonants and vowels; m, the measure, tells whether enough is left to cut. The stem need not be a word: happy → happi.
/// </remarks>
public static class PorterStemmer
{
    private static readonly (string Ending, string Instead)[] Second =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
        ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Ending, string Instead)[] Third =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Fourth =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem of a word in small letters; words of one or two letters, and words with other signs than a to z, stay.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length < 3 || !word.All(char.IsAsciiLetterLower))
            return word;
        string w = Plural(word);
        w = PastAndGerund(w);
        if (w.EndsWith('y') && HasVowel(w[..^1]))
            w = w[..^1] + "i";
        w = Replace(w, Second);
        w = Replace(w, Third);
        w = CutFourth(w);
        if (w.EndsWith('e') && (Measure(w[..^1]) > 1 || (Measure(w[..^1]) == 1 && !EndsShort(w[..^1]))))
            w = w[..^1];
        return w.EndsWith("ll", StringComparison.Ordinal) && Measure(w) > 1 ? w[..^1] : w;
    }

    private static string Plural(string w) =>
        Ends(w, "sses") || Ends(w, "ies") ? w[..^2] : Ends(w, "ss") ? w : Ends(w, "s") ? w[..^1] : w;

    private static string PastAndGerund(string w)
    {
        if (Ends(w, "eed"))
            return Measure(w[..^3]) > 0 ? w[..^1] : w;
        string? stem = Ends(w, "ed") && HasVowel(w[..^2]) ? w[..^2] : Ends(w, "ing") && HasVowel(w[..^3]) ? w[..^3] : null;
        if (stem is null)
            return w;
        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
            return stem + "e";
        if (stem.Length > 1 && stem[^1] == stem[^2] && IsConsonant(stem, stem.Length - 1) && stem[^1] is not ('l' or 's' or 'z'))
            return stem[..^1];
        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string Replace(string w, (string Ending, string Instead)[] rules)
    {
        // the longest ending that fits decides, even when its stem is too short to be cut
        (string ending, string instead) = rules.Where(rule => Ends(w, rule.Ending)).DefaultIfEmpty((Ending: "", Instead: "")).MaxBy(rule => rule.Ending.Length);
        return ending.Length > 0 && Measure(w[..^ending.Length]) > 0 ? w[..^ending.Length] + instead : w;
    }

    private static string CutFourth(string w)
    {
        string? ending = Fourth.Where(e => Ends(w, e)).MaxBy(e => e.Length);
        if (ending is null)
            return w;
        string stem = w[..^ending.Length];
        return Measure(stem) > 1 && (ending != "ion" || stem.EndsWith('s') || stem.EndsWith('t')) ? stem : w;
    }

    private static bool Ends(string w, string ending) => w.EndsWith(ending, StringComparison.Ordinal);

    private static bool IsConsonant(string w, int i) => w[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(w, i - 1),
        _ => true,
    };

    private static bool HasVowel(string w) => Enumerable.Range(0, w.Length).Any(i => !IsConsonant(w, i));

    // how often a vowel is followed by a consonant
    private static int Measure(string w) => Enumerable.Range(1, Math.Max(0, w.Length - 1)).Count(i => IsConsonant(w, i) && !IsConsonant(w, i - 1));

    // consonant, vowel, consonant, and the last none of w, x, y: the stem of a short word such as hop
    private static bool EndsShort(string w) =>
        w.Length > 2 && IsConsonant(w, w.Length - 3) && !IsConsonant(w, w.Length - 2) && IsConsonant(w, w.Length - 1) && w[^1] is not ('w' or 'x' or 'y');
}
