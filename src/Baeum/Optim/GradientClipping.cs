using System.Globalization;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Keeps gradients within bounds before an optimiser's step.</summary>
public static class GradientClipping
{
    /// <summary>
    /// Scales all gradients together so that their common 2-norm is at most <paramref name="maxNorm"/> (Pascanu and others 2013), as
    /// <c>torch.nn.utils.clip_grad_norm_</c>: by min(1, maxNorm / (norm + 1e-6)).
    /// </summary>
    /// <param name="parameters">Parameters; those without a gradient count nothing.</param>
    /// <param name="maxNorm">The largest norm allowed; infinity only measures.</param>
    /// <param name="errorIfNotFinite">Throws when the norm is NaN or infinite instead of spreading it.</param>
    /// <returns>The norm before scaling.</returns>
    public static double ClipGradNorm(IReadOnlyList<Tensor> parameters, double maxNorm, bool errorIfNotFinite = false)
    {
        double norm = Norm(parameters);
        if (errorIfNotFinite && !double.IsFinite(norm)) throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture, $"ClipGradNorm: the norm of the gradients is {norm}; find its origin with Autograd.DetectAnomaly()."));
        double factor = Factor(norm, maxNorm);
        if (factor != 1) Scale(parameters, factor);
        return norm;
    }

    /// <summary>What gradients of a norm are multiplied with. NaN stays NaN, as in PyTorch: a broken step is then seen in the weights.</summary>
    internal static double Factor(double norm, double maxNorm)
    {
        if (!(maxNorm >= 0)) throw new ArgumentOutOfRangeException(nameof(maxNorm), string.Create(CultureInfo.InvariantCulture, $"ClipGradNorm: maxNorm is {maxNorm}; it must be a number from 0."));
        double factor = maxNorm / (norm + 1e-6);
        return factor >= 1 ? 1 : factor;
    }

    /// <summary>The common 2-norm of all gradients.</summary>
    internal static double Norm(IReadOnlyList<Tensor> parameters)
    {
        double sum = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Gradient(parameters[i]) is not { } gradient) continue;
            sum += gradient.DType == DType.Float32 ? OptimizerKernels.SumOfSquares(gradient.Read<float>()) : OptimizerKernels.SumOfSquares(gradient.Read<double>());
        }
        return Math.Sqrt(sum);
    }

    /// <summary>Multiplies all gradients with a number.</summary>
    internal static void Scale(IReadOnlyList<Tensor> parameters, double factor)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Gradient(parameters[i]) is not { } gradient) continue;
            if (gradient.DType == DType.Float32) OptimizerKernels.Update(new ScaleRule<float>(factor), gradient.Write<float>(), gradient.Read<float>());
            else OptimizerKernels.Update(new ScaleRule<double>(factor), gradient.Write<double>(), gradient.Read<double>());
            gradient.storage.Wrote(nameof(ClipGradNorm));
        }
    }

    /// <summary>Limits every element of the gradients to [-<paramref name="limit"/>, <paramref name="limit"/>].</summary>
    public static void ClipGradValue(IReadOnlyList<Tensor> parameters, double limit)
    {
        if (!(limit >= 0)) throw new ArgumentOutOfRangeException(nameof(limit), string.Create(CultureInfo.InvariantCulture, $"ClipGradValue: limit is {limit}; it must be a number from 0."));
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Gradient(parameters[i]) is not { } gradient) continue;
            if (gradient.DType == DType.Float32) OptimizerKernels.Update(new ClampRule<float>(limit), gradient.Write<float>(), gradient.Read<float>());
            else OptimizerKernels.Update(new ClampRule<double>(limit), gradient.Write<double>(), gradient.Read<double>());
            gradient.storage.Wrote(nameof(ClipGradValue));
        }
    }

    /// <summary>The gradient in one piece; one that was set as a strided view is replaced by a copy.</summary>
    private static Tensor? Gradient(Tensor parameter)
    {
        if (parameter.Grad is not { IsContiguous: false } strided) return parameter.Grad;
        var copy = strided.Detach().Clone();
        TensorScope.Free(copy.storage);
        return parameter.Grad = copy;
    }
}
