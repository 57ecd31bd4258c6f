namespace Baeum.Text;

/// <summary>Particles (조사) at the end of a Korean word, stripped by rule: 학교에서는 → 학교.</summary>
/// <remarks>
/// No dictionary stands behind this. A particle is cut only when at least two syllables stay, and where the form depends on the letter before it (은/는, 을/를,
/// 이/가, 과/와, 으로/로) only when the form fits, so that 평가 and 나라 mostly stay whole. Words that happen to end like a particle are cut wrongly: for searching and
/// counting that does little harm, because they are cut the same way everywhere.
/// </remarks>
public static class KoreanParticles
{
    private enum After { Any, Tail, NoTail }

    // longest first: 에서는 before 는
    private static readonly (string Form, After After)[] Particles =
        [.. new (string Form, After After)[]
        {
            ("은", After.Tail), ("는", After.NoTail), ("을", After.Tail), ("를", After.NoTail), ("이", After.Tail), ("가", After.NoTail),
            ("과", After.Tail), ("와", After.NoTail), ("으로", After.Tail), ("로", After.Any), ("이나", After.Tail), ("이란", After.Tail),
            ("이라는", After.Tail), ("라는", After.NoTail), ("이라고", After.Tail), ("라고", After.NoTail), ("이든", After.Tail),
            ("의", After.Any), ("에", After.Any), ("도", After.Any), ("만", After.Any), ("에서", After.Any), ("에게", After.Any), ("에게서", After.Any),
            ("한테", After.Any), ("한테서", After.Any), ("께서", After.Any), ("까지", After.Any), ("부터", After.Any), ("마다", After.Any), ("조차", After.Any),
            ("마저", After.Any), ("처럼", After.Any), ("만큼", After.Any), ("보다", After.Any), ("밖에", After.Any), ("이며", After.Tail),
            ("에는", After.Any), ("에도", After.Any), ("에만", After.Any), ("에서는", After.Any), ("에서도", After.Any), ("에서만", After.Any), ("에게는", After.Any), ("에게도", After.Any),
            ("으로는", After.Tail), ("로는", After.Any), ("으로도", After.Tail), ("로도", After.Any), ("으로서", After.Tail), ("로서", After.Any), ("으로써", After.Tail), ("로써", After.Any),
            ("까지는", After.Any), ("까지도", After.Any), ("부터는", After.Any), ("만은", After.Any), ("만이", After.Any), ("만을", After.Any), ("와는", After.NoTail), ("과는", After.Tail),
            ("와의", After.NoTail), ("과의", After.Tail), ("들은", After.Any), ("들이", After.Any), ("들을", After.Any), ("들의", After.Any), ("들에게", After.Any), ("들도", After.Any), ("들", After.Any),
        }.OrderByDescending(particle => particle.Form.Length)];

    /// <summary>The word without its particle; the word itself where none fits, or too little would stay.</summary>
    public static string Strip(string word) => Split(word).Stem;

    /// <summary>The word's stem and its particle, which may be empty.</summary>
    public static (string Stem, string Particle) Split(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        foreach ((string form, After after) in Particles)
        {
            int stem = word.Length - form.Length;
            if (stem < 2 || !word.EndsWith(form, StringComparison.Ordinal) || !Hangul.IsSyllable(word[stem - 1]))
                continue;
            bool tail = Hangul.HasTail(word[stem - 1]);
            if (after == After.Any || (after == After.Tail) == tail)
                return (word[..stem], form);
        }
        return (word, "");
    }
}
