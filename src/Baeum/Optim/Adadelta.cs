using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Adadelta (Zeiler 2012): the running size of past steps stands in for a learning rate.</summary>
/// <remarks>v ← ρv + (1 - ρ)g²; d = √(u + ε) / √(v + ε) · g; u ← ρu + (1 - ρ)d²; p ← p - learningRate·d.</remarks>
public sealed class Adadelta : Optimizer
{
    private static readonly string[] Names = ["square_avg", "acc_delta"];
    private readonly double rho, epsilon;

    /// <summary>Adadelta over <paramref name="parameters"/>.</summary>
    public Adadelta(ParameterGroups parameters, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0, bool maximize = false)
        : base(parameters, learningRate, weightDecay, momentum: 0, maximize)
    {
        CheckRate(rho, nameof(rho));
        CheckNotNegative(epsilon, nameof(epsilon));
        this.rho = rho;
        this.epsilon = epsilon;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        if (slot.Parameter.DType == DType.Float32) slot.Run<float, Rule<float>>(new Rule<float>(GradientScale, group.WeightDecay, group.LearningRate, rho, epsilon), gradient);
        else slot.Run<double, Rule<double>>(new Rule<double>(GradientScale, group.WeightDecay, group.LearningRate, rho, epsilon), gradient);
    }

    private readonly struct Rule<T>(double scale, double decay, double rate, double rho, double epsilon) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate);
        private readonly T rho = T.CreateTruncating(rho), fresh = T.CreateTruncating(1 - rho), epsilon = T.CreateTruncating(epsilon);

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V square, ref V moved, ref V c) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
            square = V.MultiplyAdd(V.Broadcast(fresh) * g, g, square * V.Broadcast(rho));
            V delta = V.Sqrt(moved + V.Broadcast(epsilon)) / V.Sqrt(square + V.Broadcast(epsilon)) * g;
            moved = V.MultiplyAdd(V.Broadcast(fresh) * delta, delta, moved * V.Broadcast(rho));
            p = V.MultiplyAdd(V.Broadcast(minusRate), delta, p);
        }
    }
}
