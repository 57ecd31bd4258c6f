namespace Baeum.Text;

/// <summary>What one thread cuts text with, by Unigram or by SentencePiece's merges; kept from text to text.</summary>
internal sealed class SegmentMemory
{
    private UnigramSearch.State[] states = new UnigramSearch.State[256];
    private MergeSymbol[] symbols = new MergeSymbol[64];
    private PathPiece[] path = new PathPiece[256];
    private int count;

    /// <summary>The segments seen before.</summary>
    internal SegmentCache Cache { get; } = new();

    /// <summary>The text of the short cut, without ranges.</summary>
    internal NormalizedText Normalized { get; } = new(withRanges: false);

    /// <summary>What switched-off pieces were made of.</summary>
    internal Dictionary<int, (MergeSymbol Left, MergeSymbol Right)> Parts { get; } = [];

    /// <summary>How the segment is cut.</summary>
    internal ReadOnlySpan<PathPiece> Path => path.AsSpan(0, count);

    /// <summary>The memory of a thread's workspace.</summary>
    internal static SegmentMemory Of(Workspace workspace) => (SegmentMemory)(workspace.Model ??= new SegmentMemory());

    /// <summary>At least so many states; those of before keep their contents.</summary>
    internal UnigramSearch.State[] States(int size)
    {
        if (size > states.Length)
            Array.Resize(ref states, Math.Max(size, 2 * states.Length));
        return states;
    }

    /// <summary>At least so many symbols; those of before keep their contents.</summary>
    internal MergeSymbol[] Symbols(int size)
    {
        if (size > symbols.Length)
            Array.Resize(ref symbols, Math.Max(size, 2 * symbols.Length));
        return symbols;
    }

    /// <summary>Begins a new path.</summary>
    internal void Clear() => count = 0;

    /// <summary>Adds a piece to the path.</summary>
    internal void Add(PathPiece piece)
    {
        if (count == path.Length)
            Array.Resize(ref path, 2 * count);
        path[count++] = piece;
    }

    /// <summary>Turns the path around from a place on.</summary>
    internal void Reverse(int first) => Array.Reverse(path, first, count - first);
}
