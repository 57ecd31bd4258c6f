namespace Baeum.Text;

/// <summary>Finds what matters in a text by letting its words, or its sentences, vote for one another (Mihalcea and Tarau, 2004).</summary>
/// <remarks>The votes are those of PageRank: s(i) = (1 - d) / n + d · Σ_j s(j) · w(j, i) / Σ_k w(j, k), with d = 0.85, until nothing moves.</remarks>
public static class TextRank
{
    /// <summary>The share of attention that each node gets; shares sum to 1.</summary>
    /// <param name="links">How strongly node row votes for node column, [nodes, nodes]; a node without links votes for all alike.</param>
    /// <param name="damping">How much of a node's vote follows its links; the rest goes to all.</param>
    /// <param name="tolerance">It stops when the shares move less than this in all.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or a link is negative.</exception>
    public static double[] PageRank(double[,] links, double damping = 0.85, double tolerance = 1e-12)
    {
        ArgumentNullException.ThrowIfNull(links);
        int n = links.GetLength(0);
        if (links.GetLength(1) != n)
            throw new ArgumentException($"TextRank.PageRank: links [{n}, {links.GetLength(1)}] are not square.", nameof(links));
        var outgoing = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                outgoing[i] += links[i, j] >= 0 ? links[i, j] : throw new ArgumentException($"TextRank.PageRank: the link from {i} to {j} is {links[i, j]}; links are not negative.", nameof(links));
        }
        double[] shares = [.. Enumerable.Repeat(1.0 / n, n)];
        for (double moved = double.MaxValue; n > 0 && moved > tolerance;)
        {
            double idle = 0;
            for (int i = 0; i < n; i++)
                idle += outgoing[i] == 0 ? shares[i] : 0;
            var next = new double[n];
            Array.Fill(next, ((1 - damping) + damping * idle) / n);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; outgoing[i] > 0 && j < n; j++)
                    next[j] += damping * shares[i] * links[i, j] / outgoing[i];
            }
            moved = next.Zip(shares, (a, b) => Math.Abs(a - b)).Sum();
            shares = next;
        }
        return shares;
    }

    /// <summary>The words with their shares, the most important first. Words vote for those that stand within a window of them.</summary>
    /// <param name="sentences">Sentences as lists of words, without stop words.</param>
    /// <param name="window">How many words a window holds; 2: only neighbours vote for each other.</param>
    public static IReadOnlyList<(string Word, double Score)> Keywords(IEnumerable<IReadOnlyList<string>> sentences, int window = 4)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 2);
        IReadOnlyList<string>[] all = [.. sentences];
        Vocabulary words = Vocabulary.Build(all);
        var links = new double[words.Size, words.Size];
        foreach (IReadOnlyList<string> sentence in all)
        {
            int[] ids = words.Encode(sentence);
            for (int i = 0; i < ids.Length; i++)
            {
                for (int j = i + 1; j < Math.Min(i + window, ids.Length); j++)
                {
                    if (ids[i] == ids[j])
                        continue;
                    links[ids[i], ids[j]]++;
                    links[ids[j], ids[i]]++;
                }
            }
        }
        double[] shares = PageRank(links);
        return [.. Enumerable.Range(0, words.Size).OrderByDescending(id => shares[id]).Select(id => (words[id], shares[id]))];
    }

    /// <summary>How much each sentence matters; shares sum to 1.</summary>
    /// <param name="sentences">Sentences as lists of words.</param>
    public static double[] Sentences(IReadOnlyList<IReadOnlyList<string>> sentences) => PageRank(SentenceLinks(sentences));

    /// <summary>How alike every two sentences are, [sentences, sentences]: words in common over ln |a| + ln |b|; 0 on the diagonal.</summary>
    public static double[,] SentenceLinks(IReadOnlyList<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        HashSet<string>[] sets = [.. sentences.Select(sentence => sentence.ToHashSet(StringComparer.Ordinal))];
        var links = new double[sets.Length, sets.Length];
        for (int a = 0; a < sets.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                double size = Math.Log(Math.Max(1, sentences[a].Count)) + Math.Log(Math.Max(1, sentences[b].Count));
                links[a, b] = links[b, a] = size == 0 ? 0 : sets[a].Count(sets[b].Contains) / size;
            }
        }
        return links;
    }

    /// <summary>The places of the most important sentences, in the order in which they stand in the text.</summary>
    public static IReadOnlyList<int> Summary(IReadOnlyList<IReadOnlyList<string>> sentences, int count)
    {
        double[] shares = Sentences(sentences);
        return [.. Enumerable.Range(0, shares.Length).OrderByDescending(i => shares[i]).Take(count).Order()];
    }
}
