using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>RMSprop (Tieleman and Hinton 2012): the gradient over the root of its running mean square.</summary>
/// <remarks>
/// v ← αv + (1 - α)g²; p ← p - learningRate·g / (√v + ε). Centered (Graves 2013), the running mean of g is subtracted: √(v - ḡ²). With momentum
/// the quotients gather in a buffer b ← momentum·b + g / (√v + ε), and p ← p - learningRate·b.
/// </remarks>
public sealed class RMSprop : Optimizer
{
    private static readonly string[] Plain = ["square_avg"], WithMomentum = ["square_avg", "momentum_buffer"], Centered = ["square_avg", "grad_avg"], Both = ["square_avg", "grad_avg", "momentum_buffer"];
    private readonly double alpha, epsilon;
    private readonly bool centered, hasMomentum;

    /// <summary>RMSprop over <paramref name="parameters"/>. Groups with a momentum of their own need one above 0 here.</summary>
    public RMSprop(ParameterGroups parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false, bool maximize = false)
        : base(parameters, learningRate, weightDecay, momentum, maximize)
    {
        CheckRate(alpha, nameof(alpha));
        CheckNotNegative(epsilon, nameof(epsilon));
        CheckNotNegative(momentum, nameof(momentum));
        this.alpha = alpha;
        this.epsilon = epsilon;
        this.centered = centered;
        hasMomentum = momentum > 0;
    }

    private protected override string[] StateNames => centered ? hasMomentum ? Both : Centered : hasMomentum ? WithMomentum : Plain;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        if (slot.Parameter.DType == DType.Float32) Update<float>(group, slot, gradient);
        else Update<double>(group, slot, gradient);
    }

    private void Update<T>(ParameterGroup group, ParameterSlot slot, Tensor gradient) where T : unmanaged, INumber<T>
    {
        var rule = new Rule<T>(GradientScale, group.WeightDecay, group.LearningRate, alpha, epsilon, group.Momentum);
        if (centered && hasMomentum) slot.Run<T, CenteredMomentumRule<T>>(new(rule), gradient);
        else if (centered) slot.Run<T, CenteredRule<T>>(new(rule), gradient);
        else if (hasMomentum) slot.Run<T, MomentumRule<T>>(new(rule), gradient);
        else slot.Run<T, PlainRule<T>>(new(rule), gradient);
    }

    private readonly struct Rule<T>(double scale, double decay, double rate, double alpha, double epsilon, double momentum) where T : unmanaged, INumber<T>
    {
        private readonly T scale = T.CreateTruncating(scale), decay = T.CreateTruncating(decay), minusRate = T.CreateTruncating(-rate), alpha = T.CreateTruncating(alpha);
        private readonly T fresh = T.CreateTruncating(1 - alpha), epsilon = T.CreateTruncating(epsilon), momentum = T.CreateTruncating(momentum);
        private readonly LerpRule<T> mean = new(1 - alpha);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal V Gradient<V>(V p, V g) where V : struct, ISimd<V, T>
        {
            g *= V.Broadcast(scale);
            return decay != T.Zero ? V.MultiplyAdd(V.Broadcast(decay), p, g) : g;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal V Root<V>(V g, ref V square) where V : struct, ISimd<V, T>
        {
            square = V.MultiplyAdd(V.Broadcast(fresh) * g, g, square * V.Broadcast(alpha));
            return V.Sqrt(square) + V.Broadcast(epsilon);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal V CenteredRoot<V>(V g, ref V square, ref V average) where V : struct, ISimd<V, T>
        {
            square = V.MultiplyAdd(V.Broadcast(fresh) * g, g, square * V.Broadcast(alpha));
            average = mean.Between(average, g);
            return V.Sqrt(square - average * average) + V.Broadcast(epsilon);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Move<V>(ref V p, V g, V root) where V : struct, ISimd<V, T> => p += V.Broadcast(minusRate) * g / root;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Move<V>(ref V p, V g, V root, ref V buffer) where V : struct, ISimd<V, T>
        {
            buffer = buffer * V.Broadcast(momentum) + g / root;
            p = V.MultiplyAdd(V.Broadcast(minusRate), buffer, p);
        }
    }

    private readonly struct PlainRule<T>(Rule<T> rule) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V square, ref V b, ref V c) where V : struct, ISimd<V, T>
        {
            g = rule.Gradient(p, g);
            rule.Move(ref p, g, rule.Root(g, ref square));
        }
    }

    private readonly struct MomentumRule<T>(Rule<T> rule) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V square, ref V buffer, ref V c) where V : struct, ISimd<V, T>
        {
            g = rule.Gradient(p, g);
            rule.Move(ref p, g, rule.Root(g, ref square), ref buffer);
        }
    }

    private readonly struct CenteredRule<T>(Rule<T> rule) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V square, ref V average, ref V c) where V : struct, ISimd<V, T>
        {
            g = rule.Gradient(p, g);
            rule.Move(ref p, g, rule.CenteredRoot(g, ref square, ref average));
        }
    }

    private readonly struct CenteredMomentumRule<T>(Rule<T> rule) : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        public static int StateCount => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V p, V g, ref V square, ref V average, ref V buffer) where V : struct, ISimd<V, T>
        {
            g = rule.Gradient(p, g);
            rule.Move(ref p, g, rule.CenteredRoot(g, ref square, ref average), ref buffer);
        }
    }
}
