using System.Numerics;
using System.Runtime.CompilerServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>One parameter with what an optimiser remembers of it.</summary>
internal sealed class ParameterSlot(Tensor parameter)
{
    private Tensor? state0, state1, state2;

    internal Tensor Parameter => parameter;

    /// <summary>Steps in which the parameter had a gradient, this one included.</summary>
    internal int StepCount;

    /// <summary>A further number that some optimisers keep (NAdam's product of momenta).</summary>
    internal double Product = 1;

    internal Tensor? State(int index) => index switch { 0 => state0, 1 => state1, _ => state2 };

    internal void SetState(int index, Tensor? value)
    {
        // whoever opened a TensorScope around the step must not take the state away at its end
        if (value is not null) TensorScope.Free(value.storage);
        switch (index)
        {
            case 0: state0 = value; break;
            case 1: state1 = value; break;
            default: state2 = value; break;
        }
    }

    /// <summary>Runs a rule over the parameter. States that are not there yet begin with <paramref name="initial"/>.</summary>
    internal void Run<T, TRule>(in TRule rule, Tensor gradient, double initial = 0) where T : unmanaged, INumber<T> where TRule : struct, IUpdateRule<T>
    {
        if (TRule.StateCount > 0) state0 ??= Create(initial);
        if (TRule.StateCount > 1) state1 ??= Create(initial);
        if (TRule.StateCount > 2) state2 ??= Create(initial);
        OptimizerKernels.Update(
            in rule, parameter.Write<T>(), gradient.Read<T>(),
            TRule.StateCount > 0 ? state0!.Write<T>() : default,
            TRule.StateCount > 1 ? state1!.Write<T>() : default,
            TRule.StateCount > 2 ? state2!.Write<T>() : default);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Tensor Create(double value)
    {
        var state = Tensor.FullLike(parameter, value);
        TensorScope.Free(state.storage);
        return state;
    }
}
