using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>
/// The words of a BPE training as symbols, how often every pair of neighbours occurs, and in which words. A merge visits only the words that hold its pair and
/// corrects the counts around it; a heap of pairs knows the most frequent one (entries whose count has changed since are corrected when they come up).
/// </summary>
internal sealed class MergeCorpus
{
    private readonly int[] starts;
    private readonly long[] counts;
    private int[] symbols = new int[1 << 16];
    private int[] lengths;
    private int words, symbolCount;
    private readonly PairCounts pairs = new();
    private Candidate[] heap = new Candidate[1 << 12];
    private int heapCount;
    private readonly List<int> touched = [];
    private readonly Dictionary<int, int> tokenLengths = [];
    private Candidate taken;

    /// <summary>Room for so many words.</summary>
    internal MergeCorpus(int words)
    {
        starts = new int[words];
        lengths = new int[words];
        counts = new long[words];
    }

    /// <summary>Adds a symbol to the word that is being written.</summary>
    internal void AddSymbol(int symbol)
    {
        if (symbolCount == symbols.Length)
            Array.Resize(ref symbols, checked(2 * symbolCount));
        symbols[symbolCount++] = symbol;
        lengths[words]++;
    }

    /// <summary>Ends the word.</summary>
    internal void EndWord(long count)
    {
        counts[words] = count;
        starts[words] = symbolCount - lengths[words];
        words++;
    }

    /// <summary>Counts all pairs for the first time.</summary>
    internal void CountPairs()
    {
        // twice over the symbols: how many words hold each pair, then which, side by side in one array
        int[] numberOfWords = [], lastWord = [];
        for (int word = 0; word < words; word++)
        {
            for (int i = starts[word]; i < starts[word] + lengths[word] - 1; i++)
            {
                int pair = pairs.Find(symbols[i], symbols[i + 1]);
                if (pair >= numberOfWords.Length)
                {
                    int size = Math.Max(1 << 12, 2 * numberOfWords.Length), old = lastWord.Length;
                    Array.Resize(ref numberOfWords, size);
                    Array.Resize(ref lastWord, size);
                    lastWord.AsSpan(old).Fill(-1);
                }
                pairs[pair].Count += counts[word];
                if (lastWord[pair] == word)
                    continue;
                lastWord[pair] = word;
                numberOfWords[pair]++;
            }
        }
        int total = 0;
        int[] next = new int[pairs.Count];
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            next[pair] = total;
            total += numberOfWords[pair];
            lastWord[pair] = -1;
        }
        int[] all = new int[total];
        for (int word = 0; word < words; word++)
        {
            for (int i = starts[word]; i < starts[word] + lengths[word] - 1; i++)
            {
                int pair = pairs.Find(symbols[i], symbols[i + 1]);
                if (lastWord[pair] == word)
                    continue;
                lastWord[pair] = word;
                all[next[pair]++] = word;
            }
        }
        for (int pair = 0; pair < pairs.Count; pair++)
            Push(new Candidate(pairs[pair].Count, pairs[pair].Key, pair, all, next[pair] - numberOfWords[pair], numberOfWords[pair]));
    }

    /// <summary>Takes the most frequent pair off the heap.</summary>
    /// <returns>False when no pair is as frequent as that.</returns>
    internal bool TryTakeMostFrequent(long minimum, out int left, out int right)
    {
        (left, right) = (0, 0);
        while (heapCount > 0)
        {
            taken = Pop();
            long count = pairs[taken.Pair].Count;
            if (taken.Count != count)
            {
                Push(taken with { Count = count });
                continue;
            }
            (left, right) = ((int)(taken.Key >> 32), (int)(uint)taken.Key);
            return count >= minimum;
        }
        return false;
    }

    /// <summary>Puts a symbol in place of the pair that was taken, everywhere.</summary>
    internal void Merge(int merged, int mergedLength, int longest)
    {
        (int left, int right) = ((int)(taken.Key >> 32), (int)(uint)taken.Key);
        tokenLengths[merged] = mergedLength;
        foreach (int word in taken.Words.AsSpan(taken.From, taken.Length))
        {
            Span<int> text = symbols.AsSpan(starts[word], lengths[word]);
            int from = 0, to = 0;
            while (from < text.Length)
            {
                if (text[from] != left || from + 1 == text.Length || text[from + 1] != right)
                {
                    text[to++] = text[from++];
                    continue;
                }
                if (to > 0)
                    Replace(text[to - 1], left, text[to - 1], merged, word, mergedLength, longest);
                if (from + 2 < text.Length)
                    Replace(right, text[from + 2], merged, text[from + 2], word, mergedLength, longest);
                text[to++] = merged;
                from += 2;
            }
            lengths[word] = to;
        }
        foreach (int pair in touched)
        {
            WordList list = pairs[pair].Pending!;
            pairs[pair].Pending = null;
            if (pairs[pair].Count > 0)
                Push(new Candidate(pairs[pair].Count, pairs[pair].Key, pair, list.Items, 0, list.Count));
        }
        touched.Clear();
    }

    private void Replace(int oldLeft, int oldRight, int newLeft, int newRight, int word, int mergedLength, int longest)
    {
        pairs[pairs.Find(oldLeft, oldRight)].Count -= counts[word];
        if (longest < int.MaxValue && mergedLength + tokenLengths.GetValueOrDefault(oldLeft == newLeft ? newLeft : newRight, 1) >= longest)
            return;
        int pair = pairs.Find(newLeft, newRight);
        ref PairState state = ref pairs[pair];
        state.Count += counts[word];
        if (state.Pending is null)
        {
            state.Pending = new WordList();
            touched.Add(pair);
        }
        state.Pending.Add(word);
    }

    private void Push(Candidate candidate)
    {
        if (heapCount == heap.Length)
            Array.Resize(ref heap, 2 * heapCount);
        int at = heapCount++;
        for (; at > 0; at = (at - 1) / 4)
        {
            ref Candidate parent = ref heap[(at - 1) / 4];
            if (!candidate.Before(parent))
                break;
            heap[at] = parent;
        }
        heap[at] = candidate;
    }

    private Candidate Pop()
    {
        Candidate top = heap[0], last = heap[--heapCount];
        heap[heapCount] = default;
        int at = 0;
        while (true)
        {
            int child = (4 * at) + 1;
            if (child >= heapCount)
                break;
            int best = child;
            for (int other = child + 1; other < Math.Min(child + 4, heapCount); other++)
            {
                if (heap[other].Before(heap[best]))
                    best = other;
            }
            if (!heap[best].Before(last))
                break;
            heap[at] = heap[best];
            at = best;
        }
        if (heapCount > 0)
            heap[at] = last;
        return top;
    }

    // a pair with its count when it was put on the heap, and the words where it came to be
    private readonly record struct Candidate(long Count, ulong Key, int Pair, int[] Words, int From, int Length)
    {
        internal bool Before(in Candidate other) => Count != other.Count ? Count > other.Count : Key < other.Key;
    }

    private sealed class WordList
    {
        internal int[] Items { get; private set; } = new int[4];

        internal int Count { get; private set; }

        internal void Add(int word)
        {
            if (Count > 0 && Items[Count - 1] == word)
                return;
            if (Count == Items.Length)
            {
                int[] larger = new int[2 * Count];
                Items.CopyTo(larger, 0);
                Items = larger;
            }
            Items[Count++] = word;
        }
    }

    private struct PairState
    {
        internal ulong Key;
        internal long Count;
        internal WordList? Pending;
    }

    // open addressing from pairs of symbols to numbers in the order of their first appearance
    private sealed class PairCounts
    {
        private PairState[] states = new PairState[1 << 12];
        private int[] table = new int[1 << 13];

        internal int Count { get; private set; }

        internal ref PairState this[int pair] => ref states[pair];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal int Find(int left, int right)
        {
            ulong key = (ulong)(uint)left << 32 | (uint)right;
            for (uint at = Hash(key); ; at++)
            {
                int pair = table[at & (uint)(table.Length - 1)] - 1;
                if (pair < 0)
                    return Add(key);
                if (states[pair].Key == key)
                    return pair;
            }
        }

        private static uint Hash(ulong key) => (uint)(key * 0x9E3779B97F4A7C15 >> 32);

        private int Add(ulong key)
        {
            if (Count == states.Length)
            {
                Array.Resize(ref states, 2 * Count);
                table = new int[4 * Count];
                for (int i = 0; i < Count; i++)
                    Enter(i);
            }
            states[Count].Key = key;
            Enter(Count);
            return Count++;
        }

        private void Enter(int pair)
        {
            uint at = Hash(states[pair].Key);
            while (table[at & (uint)(table.Length - 1)] != 0)
                at++;
            table[at & (uint)(table.Length - 1)] = pair + 1;
        }
    }
}
