namespace Baeum;

/// <summary>Divides the places of a data set into parts, for training and for judging.</summary>
public static class Split
{
    /// <summary>Parts in random order, of the shares given; the last part takes what rounding leaves.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="shares">The share of each part, summing to 1: <c>[0.8, 0.2]</c>.</param>
    /// <param name="generator">Where the order comes from.</param>
    /// <exception cref="ArgumentException">The shares do not sum to 1.</exception>
    public static int[][] Random(int count, ReadOnlySpan<double> shares, RandomGenerator generator)
    {
        CheckShares(shares);
        return Cut(generator.Permutation(count), shares);
    }

    /// <summary>As <see cref="Random"/>, but every class is divided by the shares on its own, so that rare classes reach every part.</summary>
    /// <param name="classes">The class id of each example.</param>
    /// <param name="shares">The share of each part, summing to 1.</param>
    /// <param name="generator">Where the order comes from.</param>
    public static int[][] Stratified(IReadOnlyList<long> classes, ReadOnlySpan<double> shares, RandomGenerator generator)
    {
        CheckShares(shares);
        var parts = new List<int>[shares.Length];
        for (int p = 0; p < parts.Length; p++) parts[p] = [];
        foreach (int[] members in ByClass(classes, generator))
        {
            var cut = Cut(members, shares);
            for (int p = 0; p < parts.Length; p++) parts[p].AddRange(cut[p]);
        }
        return Array.ConvertAll(parts, part => Mixed([.. part], generator));
    }

    private static int[][] Cut(int[] order, ReadOnlySpan<double> shares)
    {
        var parts = new int[shares.Length][];
        double sum = 0;
        int start = 0;
        for (int p = 0; p < parts.Length; p++)
        {
            sum += shares[p];
            int end = p == parts.Length - 1 ? order.Length : Math.Min(order.Length, (int)Math.Round(sum * order.Length));
            parts[p] = order[start..end];
            start = end;
        }
        return parts;
    }

    /// <summary>
    /// Folds for cross validation: every example is in exactly one <c>Test</c> part, and in the <c>Train</c> part of all other folds.
    /// </summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="folds">How many folds; 2 or more.</param>
    /// <param name="generator">Where the order comes from; null leaves the examples in theirs.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, or fewer examples than folds.</exception>
    public static (int[] Train, int[] Test)[] KFold(int count, int folds, RandomGenerator? generator = null)
    {
        CheckFolds(count, folds);
        int[] order = generator?.Permutation(count) ?? [.. Enumerable.Range(0, count)];
        var foldOf = new int[count];
        // the first folds are one longer where the division leaves a rest
        for (int i = 0; i < count; i++) foldOf[order[i]] = FoldAt(i, count, folds);
        return Folds(order, foldOf, folds);
    }

    /// <summary>As <see cref="KFold"/>, with every class spread evenly over the folds.</summary>
    /// <param name="classes">The class id of each example.</param>
    /// <param name="folds">How many folds; 2 or more.</param>
    /// <param name="generator">Where the order comes from.</param>
    public static (int[] Train, int[] Test)[] StratifiedKFold(IReadOnlyList<long> classes, int folds, RandomGenerator generator)
    {
        CheckFolds(classes.Count, folds);
        var foldOf = new int[classes.Count];
        int next = 0;
        // dealing on where the last class ended keeps the folds themselves of one size
        foreach (int[] members in ByClass(classes, generator))
        {
            foreach (int member in members) foldOf[member] = next++ % folds;
        }
        return Folds(generator.Permutation(classes.Count), foldOf, folds);
    }

    private static int FoldAt(int place, int count, int folds)
    {
        int size = count / folds, longer = count % folds;
        return place < longer * (size + 1) ? place / (size + 1) : longer + (place - longer * (size + 1)) / size;
    }

    private static (int[] Train, int[] Test)[] Folds(int[] order, int[] foldOf, int folds) =>
        [.. Enumerable.Range(0, folds).Select(f => (Array.FindAll(order, i => foldOf[i] != f), Array.FindAll(order, i => foldOf[i] == f)))];

    private static IEnumerable<int[]> ByClass(IReadOnlyList<long> classes, RandomGenerator generator) =>
        Enumerable.Range(0, classes.Count).GroupBy(i => classes[i]).OrderBy(g => g.Key).Select(g => Mixed([.. g], generator));

    private static int[] Mixed(int[] places, RandomGenerator generator)
    {
        generator.Shuffle(places.AsSpan());
        return places;
    }

    private static void CheckShares(ReadOnlySpan<double> shares)
    {
        double sum = 0;
        foreach (double share in shares)
        {
            if (!(share >= 0)) throw new ArgumentException($"Split: the share {share} is negative or not a number.", nameof(shares));
            sum += share;
        }
        if (Math.Abs(sum - 1) > 1e-9) throw new ArgumentException($"Split: the shares sum to {sum}, not to 1.", nameof(shares));
    }

    private static void CheckFolds(int count, int folds)
    {
        if (folds < 2 || folds > count) throw new ArgumentException($"KFold: {count} examples cannot be divided into {folds} folds.", nameof(folds));
    }
}
