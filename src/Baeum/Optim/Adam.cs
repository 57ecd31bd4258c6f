using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Adam (Kingma and Ba 2015): running means of the gradient and of its square scale each element's step.</summary>
/// <remarks>
/// m ← β₁m + (1 - β₁)g; v ← β₂v + (1 - β₂)g²; p ← p - learningRate·(m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε). Weight decay is added to the
/// gradient (see <see cref="AdamW"/> for the decoupled form); AMSGrad (Reddi and others 2018) divides by the largest v so far.
/// β₁ is the group's <see cref="ParameterGroup.Momentum"/>.
/// </remarks>
public class Adam : Optimizer
{
    private static readonly string[] Names = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];
    private readonly double beta2, epsilon;
    private readonly bool amsgrad, isDecoupled;
    private (int Step, double Beta1, double First, double SecondRoot) correction;

    /// <summary>Adam over <paramref name="parameters"/>.</summary>
    public Adam(ParameterGroups parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsgrad = false, bool maximize = false)
        : this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize, isDecoupled: false)
    {
    }

    private protected Adam(ParameterGroups parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool amsgrad, bool maximize, bool isDecoupled)
        : base(parameters, learningRate, weightDecay, beta1, maximize)
    {
        CheckRate(beta1, nameof(beta1));
        CheckRate(beta2, nameof(beta2));
        CheckNotNegative(epsilon, nameof(epsilon));
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.amsgrad = amsgrad;
        this.isDecoupled = isDecoupled;
    }

    private protected override string[] StateNames => Names;

    private protected override void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient)
    {
        if (slot.Parameter.DType == DType.Float32) Update<float>(group, slot, gradient);
        else Update<double>(group, slot, gradient);
    }

    private void Update<T>(ParameterGroup group, ParameterSlot slot, Tensor gradient) where T : unmanaged, INumber<T>
    {
        double beta1 = group.Momentum;
        // parameters share their step count as a rule, and two powers cost as much as a small parameter's update
        if (correction.Step != slot.StepCount || correction.Beta1 != beta1)
            correction = (slot.StepCount, beta1, 1 - Math.Pow(beta1, slot.StepCount), Math.Sqrt(1 - Math.Pow(beta2, slot.StepCount)));
        double rate = group.LearningRate;
        var rule = new Rule<T>
        {
            Moments = new MomentRule<T>(GradientScale, group, beta2, isDecoupled),
            CorrectionRoot = T.CreateTruncating(correction.SecondRoot),
            Epsilon = T.CreateTruncating(epsilon),
            MinusStep = T.CreateTruncating(-rate / correction.First),
        };
        if (amsgrad) slot.Run<T, AmsgradRule<T>>(new AmsgradRule<T> { Adam = rule }, gradient);
        else slot.Run<T, Rule<T>>(rule, gradient);
    }

    private struct Rule<T> : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        internal T CorrectionRoot, Epsilon, MinusStep;
        internal MomentRule<T> Moments;

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Update<V>(ref V p, V g, ref V m, ref V v, ref V c) where V : struct, ISimd<V, T>
        {
            Moments.Update(ref p, ref g, ref m, ref v);
            Move(ref p, m, v);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal readonly void Move<V>(ref V p, V m, V v) where V : struct, ISimd<V, T> =>
            p += V.Broadcast(MinusStep) * m / (V.Sqrt(v) / V.Broadcast(CorrectionRoot) + V.Broadcast(Epsilon));
    }

    private struct AmsgradRule<T> : IUpdateRule<T> where T : unmanaged, INumber<T>
    {
        internal Rule<T> Adam;

        public static int StateCount => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Update<V>(ref V p, V g, ref V m, ref V v, ref V largest) where V : struct, ISimd<V, T>
        {
            Adam.Moments.Update(ref p, ref g, ref m, ref v);
            largest = V.Max(largest, v);
            Adam.Move(ref p, m, largest);
        }
    }
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019): p ← p - learningRate·weightDecay·p before Adam's step.</summary>
public sealed class AdamW(ParameterGroups parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2, bool amsgrad = false, bool maximize = false)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize, isDecoupled: true);
