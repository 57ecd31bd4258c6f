using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>NAdam (Dozat 2016): Adam that looks ahead as Nesterov's momentum does, with a momentum that grows towards β₁.</summary>
/// <remarks>
/// μₜ = β₁(1 - ½·0.96^(t·momentumDecay)); p ← p - learningRate·((1 - μₜ)/(1 - Πμ)·g + μₜ₊₁/(1 - Πμ·μₜ₊₁)·m) / (√(v / (1 - β₂ᵗ)) + ε). β₁ is the
/// group's <see cref="ParameterGroup.Momentum"/>.
/// </remarks>
public sealed class NAdam : Optimizer
{
    private static readonly string[] Names = ["exp_avg", "exp_avg_sq"];
    private readonly double beta2, epsilon, momentumDecay;
    private readonly bool decoupled;

    /// <summary>NAdam over <paramref name="parameters"/>; <paramref name="decoupled"/> takes the weight decay as <see cref="AdamW"/> does.</summary>
    public NAdam(ParameterGroups parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, double momentumDecay = 4e-3, bool decoupled = false, bool maximize = false)
        : base(parameters, learningRate, weightDecay, beta1, maximize)
    {
        CheckRate(beta1, nameof(beta1));
        CheckRate(beta2, nameof(beta2));
        CheckNotNegative(epsilon, nameof(epsilon));
        CheckNotNegative(momentumDecay, nameof(momentumDecay));
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.momentumDecay = momentumDecay;
        this.decoupled = decoupled;
    }

    private protected override string[] StateNames => Names;

    private protected override bool HasProduct => true;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        double now = MomentumAt(group.Momentum, slot.StepCount), next = MomentumAt(group.Momentum, slot.StepCount + 1);
        // PyTorch keeps this product as a single, whatever the type of the parameters
        slot.Product = (float)slot.Product * (float)now;
        if (slot.Parameter.DType == DType.Float32) slot.Run<float, Rule<float>>(CreateRule<float>(group, slot, now, next), gradient);
        else slot.Run<double, Rule<double>>(CreateRule<double>(group, slot, now, next), gradient);
    }

    private double MomentumAt(double beta1, int step) => beta1 * (1 - 0.5 * Math.Pow(0.96, step * momentumDecay));

    private Rule<T> CreateRule<T>(ParameterGroup group, ParameterSlot slot, double now, double next) where T : unmanaged, INumber<T>
    {
        double rate = group.LearningRate;
        return new Rule<T>
        {
            Moments = new MomentRule<T>(GradientScale, group, beta2, decoupled),
            Correction2 = T.CreateTruncating(1 - Math.Pow(beta2, slot.StepCount)),
            Epsilon = T.CreateTruncating(epsilon),
            GradientStep = T.CreateTruncating(-rate * (1 - now) / (1 - slot.Product)),
            MeanStep = T.CreateTruncating(-rate * next / (1 - slot.Product * next)),
        };
    }

    private struct Rule<T> : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        internal T Correction2, Epsilon, GradientStep, MeanStep;
        internal MomentRule<T> Moments;

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Update<V>(ref V p, V g, ref V m, ref V v, ref V c) where V : struct, ISimd<V, T>
        {
            Moments.Update(ref p, ref g, ref m, ref v);
            V root = V.Sqrt(v / V.Broadcast(Correction2)) + V.Broadcast(Epsilon);
            p += V.Broadcast(GradientStep) * g / root;
            p += V.Broadcast(MeanStep) * m / root;
        }
    }
}
