namespace Baeum.Text;

/// <summary>All ways to cut a word into pieces: expected counts by the forward-backward algorithm, and the best way without one piece.</summary>
/// <param name="trie">The pieces, all characters among them.</param>
/// <param name="scores">Their log probabilities; minus infinity: not to be used.</param>
internal sealed class UnigramLattice(PieceTrie trie, double[] scores)
{
    private double[] forward = new double[64], backward = new double[64];
    private int[] from = new int[64], ids = new int[64];
    private readonly List<int> path = [];
    private readonly List<(int Start, int End, int Id)> edges = [];

    /// <summary>Adds how often each piece is expected in a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="times">How often the word occurs.</param>
    /// <param name="expected">Takes the counts by piece.</param>
    /// <returns>The word's log probability.</returns>
    internal double AddExpected(string word, long times, double[] expected)
    {
        Reserve(word.Length + 1);
        forward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        forward[0] = 0;
        // the pieces that fit, in the order of where they begin
        edges.Clear();
        for (int start = 0; start < word.Length; start++)
        {
            if (forward[start] == double.NegativeInfinity)
                continue;
            int node = PieceTrie.Root;
            for (int end = start; end < word.Length;)
            {
                node = trie.Next(node, word[end++]);
                if (node < 0)
                    break;
                int id = trie.IdAt(node);
                if (id < 0 || scores[id] == double.NegativeInfinity)
                    continue;
                edges.Add((start, end, id));
                forward[end] = LogAdd(forward[end], forward[start] + scores[id]);
            }
        }
        backward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        backward[word.Length] = 0;
        double all = forward[word.Length];
        for (int i = edges.Count - 1; i >= 0; i--)
        {
            (int start, int end, int id) = edges[i];
            double rest = scores[id] + backward[end];
            backward[start] = LogAdd(backward[start], rest);
            expected[id] += times * Math.Exp(forward[start] + rest - all);
        }
        return all;
    }

    /// <summary>The best way to cut a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="without">A piece that may not be used; -1: none.</param>
    /// <param name="score">Its log probability.</param>
    /// <returns>The pieces from the last to the first; valid until the next call.</returns>
    internal List<int> Best(string word, int without, out double score)
    {
        Reserve(word.Length + 1);
        forward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        forward[0] = 0;
        for (int start = 0; start < word.Length; start++)
        {
            if (forward[start] == double.NegativeInfinity)
                continue;
            int node = PieceTrie.Root;
            for (int end = start; end < word.Length;)
            {
                node = trie.Next(node, word[end++]);
                if (node < 0)
                    break;
                int id = trie.IdAt(node);
                if (id >= 0 && id != without && forward[start] + scores[id] > forward[end])
                    (forward[end], from[end], ids[end]) = (forward[start] + scores[id], start, id);
            }
        }
        path.Clear();
        for (int at = word.Length; at > 0; at = from[at])
            path.Add(ids[at]);
        score = forward[word.Length];
        return path;
    }

    private static double LogAdd(double a, double b)
    {
        (double larger, double smaller) = a > b ? (a, b) : (b, a);
        return smaller == double.NegativeInfinity || larger - smaller > 50 ? larger : larger + Math.Log(1 + Math.Exp(smaller - larger));
    }

    private void Reserve(int size)
    {
        if (size <= forward.Length)
            return;
        size = Math.Max(size, 2 * forward.Length);
        (forward, backward, from, ids) = (new double[size], new double[size], new int[size], new int[size]);
    }
}
