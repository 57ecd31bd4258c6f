using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>RAdam (Liu and others 2020): Adam that goes plain steps until its estimate of the variance can be trusted.</summary>
/// <remarks>
/// ρ∞ = 2/(1 - β₂) - 1; ρₜ = ρ∞ - 2tβ₂ᵗ/(1 - β₂ᵗ). Up to ρₜ = 5 the step is learningRate·m / (1 - β₁ᵗ), from there on it is multiplied with
/// r·√(1 - β₂ᵗ) / (√v + ε), r² = (ρₜ - 4)(ρₜ - 2)ρ∞ / ((ρ∞ - 4)(ρ∞ - 2)ρₜ). β₁ is the group's <see cref="ParameterGroup.Momentum"/>.
/// </remarks>
public sealed class RAdam : Optimizer
{
    private static readonly string[] Names = ["exp_avg", "exp_avg_sq"];
    private readonly double beta2, epsilon;
    private readonly bool decoupled;

    /// <summary>RAdam over <paramref name="parameters"/>; <paramref name="decoupled"/> takes the weight decay as <see cref="AdamW"/> does.</summary>
    public RAdam(ParameterGroups parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupled = false, bool maximize = false)
        : base(parameters, learningRate, weightDecay, beta1, maximize)
    {
        CheckRate(beta1, nameof(beta1));
        CheckRate(beta2, nameof(beta2));
        CheckNotNegative(epsilon, nameof(epsilon));
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.decoupled = decoupled;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        int step = slot.StepCount;
        double power = Math.Pow(beta2, step), correction2 = 1 - power;
        double longest = 2 / (1 - beta2) - 1;
        double length = longest - 2 * step * power / correction2;
        double rectification = length > 5 ? Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) * Math.Sqrt(correction2) : 0;
        if (slot.Parameter.DType == DType.Float32) slot.Run<float, Rule<float>>(CreateRule<float>(group, step, rectification), gradient);
        else slot.Run<double, Rule<double>>(CreateRule<double>(group, step, rectification), gradient);
    }

    private Rule<T> CreateRule<T>(ParameterGroup group, int step, double rectification) where T : unmanaged, INumber<T>
    {
        double rate = group.LearningRate;
        return new Rule<T>
        {
            Moments = new MomentRule<T>(GradientScale, group, beta2, decoupled),
            Correction1 = T.CreateTruncating(1 - Math.Pow(group.Momentum, step)),
            Rate = T.CreateTruncating(rate),
            Epsilon = T.CreateTruncating(epsilon),
            Rectification = T.CreateTruncating(rectification),
        };
    }

    private struct Rule<T> : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        internal T Correction1, Rate, Epsilon, Rectification;
        internal MomentRule<T> Moments;

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Update<V>(ref V p, V g, ref V m, ref V v, ref V c) where V : struct, ISimd<V, T>
        {
            Moments.Update(ref p, ref g, ref m, ref v);
            V move = m / V.Broadcast(Correction1) * V.Broadcast(Rate);
            if (Rectification != T.Zero) move *= V.Broadcast(Rectification) / (V.Sqrt(v) + V.Broadcast(Epsilon));
            p -= move;
        }
    }
}
