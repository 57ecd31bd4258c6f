using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Adamax (Kingma and Ba 2015): Adam with the largest recent gradient in place of the root mean square.</summary>
/// <remarks>m ← β₁m + (1 - β₁)g; u ← max(β₂u, |g| + ε); p ← p - learningRate / (1 - β₁ᵗ) · m / u. β₁ is the group's <see cref="ParameterGroup.Momentum"/>.</remarks>
public sealed class Adamax : Optimizer
{
    private static readonly string[] Names = ["exp_avg", "exp_inf"];
    private readonly double beta2, epsilon;

    /// <summary>Adamax over <paramref name="parameters"/>.</summary>
    public Adamax(ParameterGroups parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool maximize = false)
        : base(parameters, learningRate, weightDecay, beta1, maximize)
    {
        CheckRate(beta1, nameof(beta1));
        CheckRate(beta2, nameof(beta2));
        CheckNotNegative(epsilon, nameof(epsilon));
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        double rate = group.LearningRate / (1 - Math.Pow(group.Momentum, slot.StepCount));
        if (slot.Parameter.DType == DType.Float32) slot.Run<float, Rule<float>>(new Rule<float>(GradientScale, group.WeightDecay, rate, group.Momentum, beta2, epsilon), gradient);
        else slot.Run<double, Rule<double>>(new Rule<double>(GradientScale, group.WeightDecay, rate, group.Momentum, beta2, epsilon), gradient);
    }

    private readonly struct Rule<T>(double scale, double decay, double rate, double beta1, double beta2, double epsilon) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate);
        private readonly T beta2 = T.CreateTruncating(beta2), epsilon = T.CreateTruncating(epsilon);
        private readonly LerpRule<T> mean = new(1 - beta1);

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V m, ref V largest, ref V c) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
            m = mean.Between(m, g);
            largest = V.Max(largest * V.Broadcast(beta2), V.Abs(g) + V.Broadcast(epsilon));
            p += V.Broadcast(minusRate) * m / largest;
        }
    }
}
