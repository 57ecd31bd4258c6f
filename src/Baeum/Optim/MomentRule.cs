using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>What Adam and its relatives begin with: weight decay, then the running means of the gradient and of its square.</summary>
internal readonly struct MomentRule<T>(double scale, ParameterGroup group, double beta2, bool decoupled) where T : unmanaged, INumber<T>
{
    private readonly T scale = T.CreateTruncating(scale), keep = T.CreateTruncating(decoupled ? 1 - group.LearningRate * group.WeightDecay : 1);
    private readonly T decay = T.CreateTruncating(decoupled ? 0 : group.WeightDecay), beta2 = T.CreateTruncating(beta2), fresh2 = T.CreateTruncating(1 - beta2);
    private readonly LerpRule<T> mean = new(1 - group.Momentum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Update<V>(ref V p, ref V g, ref V m, ref V v) where V : struct, ISimd<V, T>
    {
        g *= V.Broadcast(scale);
        p *= V.Broadcast(keep);
        if (decay != T.Zero) g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        m = mean.Between(m, g);
        v = V.MultiplyAdd(V.Broadcast(fresh2) * g, g, v * V.Broadcast(beta2));
    }
}
