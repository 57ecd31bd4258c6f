using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Adagrad (Duchi and others 2011): each element's step shrinks with the sum of its squared gradients.</summary>
/// <remarks>s ← s + g²; p ← p - learningRate / (1 + (t - 1)·learningRateDecay) · g / (√s + ε).</remarks>
public sealed class Adagrad : Optimizer
{
    private static readonly string[] Names = ["sum"];
    private readonly double learningRateDecay, initialAccumulator, epsilon;

    /// <summary>Adagrad over <paramref name="parameters"/>.</summary>
    public Adagrad(ParameterGroups parameters, double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0, double initialAccumulator = 0, double epsilon = 1e-10, bool maximize = false)
        : base(parameters, learningRate, weightDecay, momentum: 0, maximize)
    {
        CheckNotNegative(learningRateDecay, nameof(learningRateDecay));
        CheckNotNegative(initialAccumulator, nameof(initialAccumulator));
        CheckNotNegative(epsilon, nameof(epsilon));
        this.learningRateDecay = learningRateDecay;
        this.initialAccumulator = initialAccumulator;
        this.epsilon = epsilon;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        double rate = group.LearningRate / (1 + (slot.StepCount - 1) * learningRateDecay);
        if (slot.Parameter.DType == DType.Float32) slot.Run<float, Rule<float>>(new Rule<float>(GradientScale, group.WeightDecay, rate, epsilon), gradient, initialAccumulator);
        else slot.Run<double, Rule<double>>(new Rule<double>(GradientScale, group.WeightDecay, rate, epsilon), gradient, initialAccumulator);
    }

    private readonly struct Rule<T>(double scale, double decay, double rate, double epsilon) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate), epsilon = T.CreateTruncating(epsilon);

        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V sum, ref V b, ref V c) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
            sum = V.MultiplyAdd(g, g, sum);
            p += V.Broadcast(minusRate) * g / (V.Sqrt(sum) + V.Broadcast(epsilon));
        }
    }
}
