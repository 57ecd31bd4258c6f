using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964; Sutskever and others 2013) as PyTorch defines it.</summary>
/// <remarks>g ← g + weightDecay·p; b ← momentum·b + (1 - dampening)·g; p ← p - learningRate·b, with Nesterov's form p ← p - learningRate·(g + momentum·b).</remarks>
public sealed class SGD : Optimizer
{
    private static readonly string[] Names = ["momentum_buffer"];
    private readonly double dampening;
    private readonly bool nesterov;

    /// <summary>Descends from <paramref name="parameters"/>' values.</summary>
    /// <exception cref="ArgumentException">Nesterov's momentum without momentum or with dampening.</exception>
    public SGD(ParameterGroups parameters, double learningRate = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false, bool maximize = false)
        : base(parameters, learningRate, weightDecay, momentum, maximize)
    {
        CheckNotNegative(momentum, nameof(momentum));
        if (nesterov && (momentum <= 0 || dampening != 0)) throw new ArgumentException("SGD: Nesterov's momentum needs a momentum above 0 and a dampening of 0.");
        this.dampening = dampening;
        this.nesterov = nesterov;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        if (slot.Parameter.DType == DType.Float32) Update<float>(group, slot, gradient);
        else Update<double>(group, slot, gradient);
    }

    private void Update<T>(ParameterGroup group, ParameterSlot slot, Tensor gradient) where T : unmanaged, INumber<T>
    {
        double momentum = group.Momentum;
        if (momentum == 0)
        {
            slot.Run<T, PlainRule<T>>(new PlainRule<T>(GradientScale, group.WeightDecay, group.LearningRate), gradient);
            return;
        }
        // the buffer begins as the whole gradient: no dampening in the first step
        bool isFirst = slot.State(0) is null;
        slot.Run<T, MomentumRule<T>>(new MomentumRule<T>(GradientScale, group.WeightDecay, group.LearningRate, momentum, isFirst ? 1 : 1 - dampening, nesterov), gradient);
    }

    private readonly struct PlainRule<T>(double scale, double decay, double rate) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate);

        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V a, ref V b, ref V c) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
            p = V.MultiplyAdd(V.Broadcast(minusRate), g, p);
        }
    }

    private readonly struct MomentumRule<T>(double scale, double decay, double rate, double momentum, double fresh, bool nesterov) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate);
        private readonly T momentum = T.CreateTruncating(momentum), fresh = T.CreateTruncating(fresh);

        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V buffer, ref V b, ref V c) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
            buffer = V.MultiplyAdd(V.Broadcast(fresh), g, buffer * V.Broadcast(momentum));
            V direction = nesterov ? V.MultiplyAdd(V.Broadcast(momentum), buffer, g) : buffer;
            p = V.MultiplyAdd(V.Broadcast(minusRate), direction, p);
        }
    }
}
