namespace Baeum.Text;

/// <summary>Logistic regression for two classes over a sparse table: p = σ(w·x + b).</summary>
/// <remarks>
/// Minimises C·Σ cross entropy + ½ w·w, with the bias left free, by L-BFGS (Liu and Nocedal, 1989): ten past steps stand for the curvature, and a step is halved until
/// it lowers the loss enough (Armijo). The scale of C is scikit-learn's.
/// </remarks>
public sealed class LogisticRegression
{
    private const int Memory = 10, Parts = 4;

    private LogisticRegression(double[] weights, double bias, IReadOnlyList<double> losses) => (Weights, Bias, Losses) = (weights, bias, losses);

    /// <summary>The weight of each term, [terms].</summary>
    public double[] Weights { get; }

    /// <summary>What is added.</summary>
    public double Bias { get; }

    /// <summary>What was minimised, before the first step and after each.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>Learns from examples.</summary>
    /// <param name="x">What is seen, [examples, terms].</param>
    /// <param name="labels">1 or 0 for each example.</param>
    /// <param name="c">How much the examples count against small weights.</param>
    /// <param name="maxSteps">Where it stops at the latest.</param>
    /// <param name="tolerance">It stops when no element of the mean gradient is larger.</param>
    /// <param name="progress">Hears the step and the loss.</param>
    /// <exception cref="ArgumentException">The lengths differ, nothing is given, or a label is neither 0 nor 1.</exception>
    public static LogisticRegression Fit(SparseMatrix x, IReadOnlyList<int> labels, double c = 1, int maxSteps = 1000, double tolerance = 1e-8, Action<int, double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        if (labels.Count != x.Rows || labels.Count == 0)
            throw new ArgumentException($"LogisticRegression.Fit: {x.Rows} examples and {labels.Count} labels; each example needs one.", nameof(labels));
        if (labels.Any(label => label is not (0 or 1)))
            throw new ArgumentException("LogisticRegression.Fit: labels are 0 or 1.", nameof(labels));
        double[] point = new double[x.Columns + 1], gradient = new double[point.Length];
        double[] nextPoint = new double[point.Length], nextGradient = new double[point.Length];
        double loss = Loss(x, labels, c, point, gradient);
        var losses = new List<double> { loss };
        var past = new List<(double[] Step, double[] Change, double Scale)>();
        for (int step = 1; step <= maxSteps && gradient.Max(Math.Abs) > tolerance * c * x.Rows; step++)
        {
            double[] direction = Direction(gradient, past);
            double slope = Dot(direction, gradient), length = past.Count == 0 ? Math.Min(1, 1 / gradient.Sum(Math.Abs)) : 1, next;
            while (true)
            {
                for (int i = 0; i < point.Length; i++)
                    nextPoint[i] = point[i] + length * direction[i];
                next = Loss(x, labels, c, nextPoint, nextGradient);
                if (next <= loss + 1e-4 * length * slope || length < 1e-12)
                    break;
                length /= 2;
            }
            // rounding leaves nothing to gain
            if (!(next < loss))
                break;
            Remember(past, point, nextPoint, gradient, nextGradient);
            (point, nextPoint, gradient, nextGradient, loss) = (nextPoint, point, nextGradient, gradient, next);
            losses.Add(loss);
            progress?.Invoke(step, loss);
        }
        return new LogisticRegression(point[..^1], point[^1], losses);
    }

    /// <summary>The probability of class 1 for each example.</summary>
    public double[] Probabilities(SparseMatrix x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Array.ConvertAll(x.Multiply(Weights), score => 1 / (1 + Math.Exp(-score - Bias)));
    }

    /// <summary>The more probable class of each example.</summary>
    public int[] Predict(SparseMatrix x) => Array.ConvertAll(Probabilities(x), p => p > 0.5 ? 1 : 0);

    private static double Loss(SparseMatrix x, IReadOnlyList<int> labels, double c, double[] point, double[] gradient)
    {
        // a fixed number of parts, added in order: the sums do not depend on how many threads there are
        var gradients = new double[Parts][];
        var losses = new double[Parts];
        Parallel.For(0, Parts, part =>
        {
            gradients[part] = new double[point.Length];
            losses[part] = LossOfRows(x, labels, point, gradients[part], (int)((long)x.Rows * part / Parts), (int)((long)x.Rows * (part + 1) / Parts));
        });
        double squares = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            // the bias, which stands last, is left free
            double weight = i < gradient.Length - 1 ? point[i] : 0, sum = 0;
            foreach (double[] part in gradients)
                sum += part[i];
            gradient[i] = c * sum + weight;
            squares += weight * weight;
        }
        return c * losses.Sum() + squares / 2;
    }

    private static double LossOfRows(SparseMatrix x, IReadOnlyList<int> labels, double[] point, double[] gradient, int first, int end)
    {
        double sum = 0;
        for (int row = first; row < end; row++)
        {
            ReadOnlySpan<int> columns = x.ColumnIndices.AsSpan(x.RowStarts[row]..x.RowStarts[row + 1]);
            ReadOnlySpan<double> values = x.Values.AsSpan(x.RowStarts[row], columns.Length);
            double score = point[^1];
            for (int i = 0; i < columns.Length; i++)
                score += values[i] * point[columns[i]];
            // ln(1 + e^s) - y s, without overflow; its slope is σ(s) - y
            double e = Math.Exp(-Math.Abs(score)), byScore = (score >= 0 ? 1 : e) / (1 + e) - labels[row];
            sum += Math.Log(1 + e) + Math.Max(score, 0) - labels[row] * score;
            for (int i = 0; i < columns.Length; i++)
                gradient[columns[i]] += byScore * values[i];
            gradient[^1] += byScore;
        }
        return sum;
    }

    // the two loops of L-BFGS: minus the gradient times the curvature's inverse, as the past steps tell it
    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Scale)> past)
    {
        double[] direction = Array.ConvertAll(gradient, g => -g);
        var shares = new double[past.Count];
        for (int k = past.Count - 1; k >= 0; k--)
        {
            shares[k] = past[k].Scale * Dot(past[k].Step, direction);
            AddScaled(direction, -shares[k], past[k].Change);
        }
        if (past.Count > 0)
        {
            (_, double[] change, double scale) = past[^1];
            double size = 1 / (scale * Dot(change, change));
            for (int i = 0; i < direction.Length; i++)
                direction[i] *= size;
        }
        for (int k = 0; k < past.Count; k++)
            AddScaled(direction, shares[k] - past[k].Scale * Dot(past[k].Change, direction), past[k].Step);
        return direction;
    }

    private static void Remember(List<(double[] Step, double[] Change, double Scale)> past, double[] point, double[] nextPoint, double[] gradient, double[] nextGradient)
    {
        double[] step = new double[point.Length], change = new double[point.Length];
        for (int i = 0; i < step.Length; i++)
            (step[i], change[i]) = (nextPoint[i] - point[i], nextGradient[i] - gradient[i]);
        double product = Dot(step, change);
        if (product <= 0)
            return;
        if (past.Count == Memory)
            past.RemoveAt(0);
        past.Add((step, change, 1 / product));
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void AddScaled(double[] to, double scale, double[] what)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += scale * what[i];
    }
}
