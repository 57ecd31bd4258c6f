namespace Baeum;

/// <summary>Drawing with given probabilities, shared by NumPy's two streams.</summary>
internal static class Choices
{
    internal static void Check(int population, int size, bool replace, ReadOnlySpan<double> probabilities)
    {
        if (size < 0 || population < 0 || (population == 0 && size > 0))
            throw new ArgumentException($"Choice: {size} of {population} cannot be drawn.");
        if (!replace && size > population)
            throw new ArgumentException($"Choice: {size} numbers without replacement cannot be drawn from {population}.");
        if (probabilities.IsEmpty)
            return;
        if (probabilities.Length != population)
            throw new ArgumentException($"Choice: {probabilities.Length} probabilities for {population} numbers.");
        double sum = 0;
        int positive = 0;
        foreach (double probability in probabilities)
        {
            if (!(probability >= 0))
                throw new ArgumentException($"Choice: the probability {probability} is negative or not a number.");
            sum += probability;
            positive += probability > 0 ? 1 : 0;
        }
        if (Math.Abs(sum - 1) > 1.5e-8)
            throw new ArgumentException($"Choice: the probabilities sum to {sum}, not to 1.");
        if (!replace && size > positive)
            throw new ArgumentException($"Choice: {size} numbers without replacement, but only {positive} have a probability above 0.");
    }

    internal static long[] Weighted(ReadOnlySpan<double> probabilities, int size, bool replace, Func<double> uniform)
    {
        var remaining = probabilities.ToArray();
        var chosen = new long[size];
        if (replace)
        {
            var cumulative = Cumulative(remaining);
            for (int i = 0; i < size; i++)
                chosen[i] = FirstAbove(cumulative, uniform());
            return chosen;
        }
        // without replacement NumPy draws all that are missing at once, keeps the first of each number and strikes them out
        int found = 0;
        while (found < size)
        {
            var draws = new double[size - found];
            for (int i = 0; i < draws.Length; i++)
                draws[i] = uniform();
            for (int i = 0; i < found; i++)
                remaining[chosen[i]] = 0;
            var cumulative = Cumulative(remaining);
            int before = found;
            foreach (double draw in draws)
            {
                long candidate = FirstAbove(cumulative, draw);
                if (chosen.AsSpan(before, found - before).IndexOf(candidate) < 0)
                    chosen[found++] = candidate;
            }
        }
        return chosen;
    }

    private static double[] Cumulative(double[] probabilities)
    {
        var cumulative = new double[probabilities.Length];
        double sum = 0;
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] = sum += probabilities[i];
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] /= sum;
        return cumulative;
    }

    /// <summary>The first index whose cumulative probability lies above the draw.</summary>
    private static long FirstAbove(double[] cumulative, double draw)
    {
        int low = 0, high = cumulative.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] <= draw)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
