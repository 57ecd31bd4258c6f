namespace Baeum;

/// <summary>
/// Binomial counts as NumPy draws them: by inversion while the mean is at most 30, above that by the algorithm BTPE of Kachitvichyanukul
/// and Schmeiser, "Binomial random variate generation" (1988).
/// </summary>
internal sealed class BinomialSampler
{
    private readonly long _trials;
    private readonly double _probability;
    private readonly bool _mirrored;
    private readonly bool _legacy;

    internal BinomialSampler(long trials, double probability, bool legacy)
    {
        if (trials < 0 || !(probability >= 0 && probability <= 1))
            throw new ArgumentException($"Binomial: {trials} trials of probability {probability}; trials must be 0 or more, the probability within 0 to 1.");
        _trials = trials;
        _legacy = legacy;
        // above one half the failures are counted instead
        _mirrored = probability > 0.5;
        _probability = _mirrored ? 1.0 - probability : probability;
    }

    internal long Next(Func<double> uniform)
    {
        // the legacy stream spends a draw even where the result is certain
        if (!_legacy && (_trials == 0 || (_probability == 0 && !_mirrored)))
            return 0;
        long count = _probability * _trials <= 30.0 ? ByInversion(uniform) : ByRejection(uniform);
        return _mirrored ? _trials - count : count;
    }

    private long ByInversion(Func<double> uniform)
    {
        double p = _probability, q = 1.0 - p;
        double none = Math.Exp(_trials * (_legacy ? Math.Log(q) : LogOnePlus(-p)));
        double mean = _trials * p;
        long bound = (long)Math.Min(_trials, mean + (10.0 * Math.Sqrt((mean * q) + 1)));
        long count = 0;
        double chance = none;
        double draw = uniform();
        while (draw > chance)
        {
            count++;
            if (count > bound)
            {
                count = 0;
                chance = none;
                draw = uniform();
            }
            else
            {
                draw -= chance;
                chance = (_trials - count + 1) * p * chance / (count * q);
            }
        }
        return count;
    }

    /// <summary>ln(1 + x), precise for small x (Kahan).</summary>
    internal static double LogOnePlus(double x)
    {
        double sum = 1.0 + x;
        return sum == 1.0 ? x : Math.Log(sum) * (x / (sum - 1.0));
    }

    private long ByRejection(Func<double> uniform)
    {
        long n = _trials;
        double r = _probability, q = 1.0 - r;
        double spread = n * r * q;
        double fm = (n * r) + r;
        long mode = (long)Math.Floor(fm);
        double p1 = Math.Floor((2.195 * Math.Sqrt(spread)) - (4.6 * q)) + 0.5;
        double center = mode + 0.5, left = center - p1, right = center + p1;
        double c = 0.134 + (20.5 / (15.3 + mode));
        double slope = (fm - left) / (fm - (left * r));
        double leftRate = slope * (1.0 + (slope / 2.0));
        slope = (right - fm) / (right * q);
        double rightRate = slope * (1.0 + (slope / 2.0));
        double p2 = p1 * (1.0 + (2.0 * c));
        double p3 = p2 + (c / leftRate);
        double p4 = p3 + (c / rightRate);

        while (true)
        {
            double u = uniform() * p4;
            double v = uniform();
            long y;
            if (u <= p1)
                return (long)Math.Floor(center - (p1 * v) + u);
            if (u <= p2)
            {
                double x = left + ((u - p1) / c);
                v = (v * c) + 1.0 - (Math.Abs(mode - x + 0.5) / p1);
                if (v > 1.0)
                    continue;
                y = (long)Math.Floor(x);
            }
            else if (u <= p3)
            {
                y = (long)Math.Floor(left + (Math.Log(v) / leftRate));
                if (y < 0 || v == 0.0)
                    continue;
                v = v * (u - p2) * leftRate;
            }
            else
            {
                y = (long)Math.Floor(right - (Math.Log(v) / rightRate));
                if (y > n || v == 0.0)
                    continue;
                v = v * (u - p3) * rightRate;
            }
            if (Accept(y, v, n, r, q, spread, mode, center))
                return y;
        }
    }

    private static bool Accept(long y, double v, long n, double r, double q, double spread, long mode, double center)
    {
        long k = Math.Abs(y - mode);
        if (k <= 20 || k >= (spread / 2.0) - 1)
        {
            // few steps from the mode: the ratio of the two probabilities term by term
            double s = r / q, a = s * (n + 1), ratio = 1.0;
            for (long i = mode + 1; i <= y; i++)
                ratio *= (a / i) - s;
            for (long i = y + 1; i <= mode; i++)
                ratio /= (a / i) - s;
            return v <= ratio;
        }
        double rho = k / spread * (((k * ((k / 3.0) + 0.625)) + 0.16666666666666666) / spread + 0.5);
        double t = -k * k / (2 * spread);
        double log = Math.Log(v);
        if (log < t - rho)
            return true;
        if (log > t + rho)
            return false;
        double x1 = y + 1, f1 = mode + 1, z = n + 1 - mode, w = n - y + 1;
        double bound = (center * Math.Log(f1 / x1)) + ((n - mode + 0.5) * Math.Log(z / w)) + ((y - mode) * Math.Log(w * r / (x1 * q)))
            + Stirling(f1) + Stirling(z) + Stirling(x1) + Stirling(w);
        return log <= bound;
    }

    /// <summary>Stirling's correction for x!.</summary>
    private static double Stirling(double x)
    {
        double square = x * x;
        return (13680.0 - ((462.0 - ((132.0 - ((99.0 - (140.0 / square)) / square)) / square)) / square)) / x / 166320.0;
    }
}
