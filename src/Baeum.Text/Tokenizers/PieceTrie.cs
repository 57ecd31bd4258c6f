using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>
/// A dictionary of texts that finds all entries a text begins with: a double-array trie (Aoe 1989) over UTF-16 units. A Hangul syllable is one step
/// instead of the three that UTF-8 takes; the units in use are numbered densely by how often they occur, which keeps the array small.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>Where every search begins.</summary>
    internal const int Root = 0;

    // what stands in a node's Check besides its parent: the root is nobody's child, not even its own
    private const int Free = -1;
    private const int NoParent = -2;
    private const int PlacesTried = 256;

    private readonly ushort[] codes = new ushort[char.MaxValue + 1];
    private Node[] nodes;
    private int end = 1;
    private int firstFree = 1;

    /// <summary>Builds it.</summary>
    /// <param name="entries">Texts, none empty and none twice, with their numbers (0 or more).</param>
    internal PieceTrie(IEnumerable<KeyValuePair<string, int>> entries)
    {
        KeyValuePair<string, int>[] sorted = [.. entries];
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        LongestEntry = sorted.Length == 0 ? 0 : sorted.Max(entry => entry.Key.Length);
        NumberCodes(sorted);
        nodes = new Node[Math.Max(1024, 2 * sorted.Length)];
        nodes.AsSpan().Fill(new Node { Check = Free, Id = -1 });
        nodes[Root].Check = NoParent;
        Build(sorted);
        Array.Resize(ref nodes, end);
    }

    /// <summary>The length of the longest entry, in chars.</summary>
    internal int LongestEntry { get; }

    /// <summary>The step from a node along a unit; -1 when no entry goes on like this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int node, char c)
    {
        int code = codes[c];
        int next = nodes[node].Base + code;
        // a free place has no parent, and unit 0 ("in no entry") leads to a place that is no child
        return (uint)next < (uint)nodes.Length && nodes[next].Check == node && code != 0 ? next : -1;
    }

    /// <summary>The number of the entry that ends at a node; -1 when none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int IdAt(int node) => nodes[node].Id;

    /// <summary>The number of an entry; -1 when it is not there.</summary>
    internal int Find(ReadOnlySpan<char> text)
    {
        int node = Root;
        foreach (char c in text)
        {
            node = Next(node, c);
            if (node < 0)
                return -1;
        }
        return IdAt(node);
    }

    /// <summary>The length of the longest entry that a text begins with; 0 when there is none.</summary>
    internal int LongestPrefix(ReadOnlySpan<char> text)
    {
        int longest = 0;
        int node = Root;
        for (int i = 0; i < text.Length; i++)
        {
            node = Next(node, text[i]);
            if (node < 0)
                break;
            if (IdAt(node) >= 0)
                longest = i + 1;
        }
        return longest;
    }

    private void NumberCodes(KeyValuePair<string, int>[] entries)
    {
        var counts = new int[char.MaxValue + 1];
        foreach ((string text, _) in entries)
        {
            foreach (char c in text)
                counts[c]++;
        }
        int[] used = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).OrderByDescending(c => counts[c]).ThenBy(c => c)];
        for (int i = 0; i < used.Length; i++)
            codes[used[i]] = (ushort)(i + 1);
    }

    private void Build(KeyValuePair<string, int>[] sorted)
    {
        var open = new Queue<(int Node, int From, int To, int Depth)>();
        open.Enqueue((Root, 0, sorted.Length, 0));
        var children = new List<(int Code, int From, int To)>();
        while (open.TryDequeue(out (int Node, int From, int To, int Depth) range))
        {
            int from = range.From;
            if (from < range.To && sorted[from].Key.Length == range.Depth)
                nodes[range.Node].Id = sorted[from++].Value;
            if (from == range.To)
                continue;
            children.Clear();
            while (from < range.To)
            {
                char c = sorted[from].Key[range.Depth];
                int start = from;
                while (from < range.To && sorted[from].Key[range.Depth] == c)
                    from++;
                children.Add((codes[c], start, from));
            }
            children.Sort();
            int origin = Place(children);
            nodes[range.Node].Base = origin;
            foreach ((int code, int start, int stop) in children)
            {
                nodes[origin + code].Check = range.Node;
                open.Enqueue((origin + code, start, stop, range.Depth + 1));
            }
            while (firstFree < nodes.Length && nodes[firstFree].Check != Free)
                firstFree++;
        }
    }

    // the first origin at which all children fall on free places; after some attempts simply the end of the array
    private int Place(List<(int Code, int From, int To)> children)
    {
        int lowest = children[0].Code;
        int tried = 0;
        for (int place = firstFree; ; place++)
        {
            if (tried > PlacesTried)
                place = Math.Max(place, end);
            if (place < end && nodes[place].Check != Free)
                continue;
            tried++;
            int origin = place - lowest;
            if (!Fits(origin, children))
                continue;
            end = Math.Max(end, origin + children[^1].Code + 1);
            Reserve(end);
            return origin;
        }
    }

    private bool Fits(int origin, List<(int Code, int From, int To)> children)
    {
        foreach ((int code, _, _) in children)
        {
            if (origin + code < end && nodes[origin + code].Check != Free)
                return false;
        }
        return true;
    }

    private void Reserve(int count)
    {
        int old = nodes.Length;
        if (count <= old)
            return;
        Array.Resize(ref nodes, Math.Max(2 * old, count));
        nodes.AsSpan(old).Fill(new Node { Check = Free, Id = -1 });
    }

    private struct Node
    {
        internal int Base, Check, Id;
    }
}
