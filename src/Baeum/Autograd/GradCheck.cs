using System.Globalization;

namespace Baeum;

/// <summary>Holds computed gradients against central differences.</summary>
public static class GradCheck
{
    /// <summary>What a check found.</summary>
    /// <param name="MaxError">The largest |computed - numeric| / max(1, |numeric|).</param>
    /// <param name="Input">The input in which it lies.</param>
    /// <param name="Element">The place of the element in that input, row by row.</param>
    /// <param name="Computed">The gradient computed there.</param>
    /// <param name="Numeric">The central difference there.</param>
    /// <param name="Tolerance">What is allowed.</param>
    public readonly record struct Report(double MaxError, int Input, int Element, double Computed, double Numeric, double Tolerance)
    {
        /// <summary>Whether the gradients agree.</summary>
        public bool IsOk => MaxError <= Tolerance;

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"largest error {MaxError:G3} (tolerance {Tolerance:G3}) at element {Element} of input {Input}: computed {Computed:G10}, central difference {Numeric:G10}");
    }

    /// <summary>Compares the gradients of the sum of a function's result by all inputs with central differences.</summary>
    /// <param name="function">Computes a tensor from the inputs; must give the same result every time.</param>
    /// <param name="inputs">Float64 tensors; those that are not get no check.</param>
    /// <param name="step">Distance to each side.</param>
    /// <param name="tolerance">The largest relative difference allowed.</param>
    public static Report Run(Func<Tensor[], Tensor> function, IReadOnlyList<Tensor> inputs, double step = 1e-6, double tolerance = 1e-6)
    {
        var leaves = inputs.Select(x => x.DType == DType.Float64 ? x.Detach().Clone().RequireGrad() : x).ToArray();
        var output = function(leaves);
        // uneven weights, so that a gradient that only sums to the right value does not pass
        var weights = Tensor.Wrap([.. Enumerable.Range(0, output.Count).Select(i => 1 + 0.37 * Math.Sin(1.7 * i + 0.3))], output.Shape);
        var checkedInputs = leaves.Where(x => x.DType == DType.Float64).ToArray();
        var gradients = Autograd.Grad((output * weights).Sum(), checkedInputs, allowUnused: true);

        double Value(Tensor[] xs)
        {
            using (Autograd.NoGrad()) return (function(xs) * weights).Sum().Item();
        }

        var worst = new Report(0, 0, 0, 0, 0, tolerance);
        for (int i = 0, g = 0; i < leaves.Length; i++)
        {
            if (leaves[i].DType != DType.Float64) continue;
            var gradient = gradients[g++].ToArray<double>();
            var values = leaves[i].ToArray<double>();
            for (int j = 0; j < values.Length; j++)
            {
                double Moved(double by)
                {
                    var moved = (double[])values.Clone();
                    moved[j] += by;
                    return Value([.. leaves.Select((x, k) => k == i ? Tensor.Wrap(moved, x.Shape) : x.Detach())]);
                }

                double numeric = (Moved(step) - Moved(-step)) / (2 * step);
                double error = Math.Abs(gradient[j] - numeric) / Math.Max(1, Math.Abs(numeric));
                if (double.IsNaN(error)) error = double.PositiveInfinity;
                if (error > worst.MaxError) worst = new Report(error, i, j, gradient[j], numeric, tolerance);
            }
        }
        return worst;
    }

    /// <summary>As <see cref="Run"/>, and throws if the gradients do not agree.</summary>
    /// <exception cref="InvalidOperationException">They do not; the message says where and by how much.</exception>
    public static void Check(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        var report = Run(function, inputs);
        if (!report.IsOk) throw new InvalidOperationException($"GradCheck: {report}.");
    }
}
