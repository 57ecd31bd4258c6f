namespace Baeum;

public sealed partial class NumPyRandom
{
    /// <summary>Fills with exponentially distributed numbers of the given mean (<c>exponential</c>).</summary>
    public void Exponential(Span<double> destination, double scale = 1)
    {
        if (!(scale >= 0))
            throw new ArgumentException($"Exponential: the scale {scale} must be 0 or more.", nameof(scale));
        for (int i = 0; i < destination.Length; i++)
            destination[i] = scale * -Math.Log(1.0 - RandomSample());
    }

    /// <summary>Fills with the number of successes in <paramref name="trials"/> trials of the given probability (<c>binomial</c>).</summary>
    public void Binomial(Span<long> destination, long trials, double probability)
    {
        var sampler = new BinomialSampler(trials, probability, legacy: true);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = sampler.Next(RandomSample);
    }

    /// <summary>Fills with Poisson-distributed counts of mean <paramref name="rate"/> (<c>poisson</c>).</summary>
    public void Poisson(Span<long> destination, double rate)
    {
        if (!(rate >= 0) || rate > 9.2e18)
            throw new ArgumentException($"Poisson: the rate {rate} must lie between 0 and 9.2e18.", nameof(rate));
        for (int i = 0; i < destination.Length; i++)
            destination[i] = rate >= 10 ? PoissonByRejection(rate) : PoissonByProducts(rate);
    }

    /// <summary>
    /// Draws <paramref name="size"/> of the numbers 0 to <paramref name="population"/> - 1 (<c>choice</c>).
    /// </summary>
    /// <param name="population">How many numbers there are to draw from.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="replace">Whether a number may be drawn more than once.</param>
    /// <param name="probabilities">The probability of each number [population], summing to 1; empty for even chances.</param>
    /// <exception cref="ArgumentException">More numbers are asked for than there are, or the probabilities do not fit.</exception>
    public long[] Choice(int population, int size, bool replace = true, ReadOnlySpan<double> probabilities = default)
    {
        Choices.Check(population, size, replace, probabilities);
        if (!probabilities.IsEmpty)
            return Choices.Weighted(probabilities, size, replace, RandomSample);
        var chosen = new long[size];
        if (replace)
        {
            if (size > 0)
                Integers(chosen, 0, population);
            return chosen;
        }
        var order = Permutation(population);
        for (int i = 0; i < size; i++)
            chosen[i] = order[i];
        return chosen;
    }

    /// <summary>Counts uniforms until their product falls below exp(-rate) (Knuth).</summary>
    private long PoissonByProducts(double rate)
    {
        if (rate == 0)
            return 0;
        double limit = Math.Exp(-rate), product = 1;
        for (long count = 0; ; count++)
        {
            product *= RandomSample();
            if (product <= limit)
                return count;
        }
    }

    /// <summary>Transformed rejection with squeeze: Hörmann, "The transformed rejection method for generating Poisson random variables" (1993).</summary>
    private long PoissonByRejection(double rate)
    {
        double logRate = Math.Log(rate);
        double b = 0.931 + (2.53 * Math.Sqrt(rate));
        double a = -0.059 + (0.02483 * b);
        double inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        double edge = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            double u = RandomSample() - 0.5;
            double v = RandomSample();
            double distance = 0.5 - Math.Abs(u);
            long k = (long)Math.Floor((((2 * a / distance) + b) * u) + rate + 0.43);
            if (distance >= 0.07 && v <= edge)
                return k;
            if (k < 0 || (distance < 0.013 && v > distance))
                continue;
            double accept = Math.Log(v) + Math.Log(inverseAlpha) - Math.Log((a / (distance * distance)) + b);
            if (accept <= -rate + (k * logRate) - LogFactorial(k))
                return k;
        }
    }

    /// <summary>ln k! by Stirling's series after shifting small arguments up to 7.</summary>
    private static double LogFactorial(long k)
    {
        double x = k + 1.0;
        if (x is 1.0 or 2.0)
            return 0;
        int shift = x < 7.0 ? (int)(7 - x) : 0;
        double shifted = x + shift;
        double inverse = 1.0 / (shifted * shifted);
        ReadOnlySpan<double> coefficients =
        [
            8.333333333333333e-02, -2.777777777777778e-03, 7.936507936507937e-04, -5.952380952380952e-04, 8.417508417508418e-04,
            -1.917526917526918e-03, 6.410256410256410e-03, -2.955065359477124e-02, 1.796443723688307e-01, -1.39243221690590e+00,
        ];
        double series = coefficients[9];
        for (int i = 8; i >= 0; i--)
            series = (series * inverse) + coefficients[i];
        double result = (series / shifted) + (0.5 * Math.Log(2 * Math.PI)) + ((shifted - 0.5) * Math.Log(shifted)) - shifted;
        for (int i = 1; i <= shift; i++)
        {
            result -= Math.Log(shifted - 1.0);
            shifted -= 1.0;
        }
        return result;
    }
}
