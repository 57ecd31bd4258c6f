namespace Baeum;

/// <summary>Multiplies the learning rate with <paramref name="gamma"/> after every <paramref name="stepSize"/> steps.</summary>
public sealed class StepSchedule(Optimizer optimizer, int stepSize, double gamma = 0.1)
    : Schedule(optimizer, (rate, step) => rate * Math.Pow(gamma, step / Positive(stepSize, nameof(StepSchedule), nameof(stepSize))));

/// <summary>Multiplies the learning rate with <paramref name="gamma"/> at each milestone (numbers of steps).</summary>
public sealed class MultiStepSchedule(Optimizer optimizer, IReadOnlyList<int> milestones, double gamma = 0.1)
    : Schedule(optimizer, (rate, step) => rate * Math.Pow(gamma, milestones.Count(milestone => milestone <= step)));

/// <summary>Multiplies the learning rate with <paramref name="gamma"/> at every step.</summary>
public sealed class ExponentialSchedule(Optimizer optimizer, double gamma)
    : Schedule(optimizer, (rate, step) => rate * Math.Pow(gamma, step));

/// <summary>The learning rate times <paramref name="factor"/> for the first <paramref name="steps"/> steps, then in full.</summary>
public sealed class ConstantSchedule(Optimizer optimizer, double factor = 1.0 / 3, int steps = 5)
    : Schedule(optimizer, (rate, step) => step < steps ? rate * factor : rate);

/// <summary>The learning rate times a factor that goes in a straight line from one number to another in <paramref name="steps"/> steps.</summary>
public sealed class LinearSchedule(Optimizer optimizer, double startFactor = 1.0 / 3, double endFactor = 1, int steps = 5)
    : Schedule(optimizer, (rate, step) => rate * (startFactor + (endFactor - startFactor) * Math.Min(step, steps) / Positive(steps, nameof(LinearSchedule), nameof(steps))));

/// <summary>To zero in <paramref name="steps"/> steps as (1 - step / steps)^<paramref name="power"/>.</summary>
public sealed class PolynomialSchedule(Optimizer optimizer, int steps = 5, double power = 1)
    : Schedule(optimizer, (rate, step) => rate * Math.Pow(1 - (double)Math.Min(step, steps) / Positive(steps, nameof(PolynomialSchedule), nameof(steps)), power));

/// <summary>The learning rate times a factor of one's own for each step.</summary>
public sealed class LambdaSchedule(Optimizer optimizer, Func<int, double> factor)
    : Schedule(optimizer, (rate, step) => rate * factor(step));

/// <summary>
/// The schedule of "Attention is all you need" (Vaswani and others 2017): the learning rate, there 1, times
/// modelSize^-½ · min(step^-½, step · warmup^-1½), the step at least 1.
/// </summary>
public sealed class NoamSchedule(Optimizer optimizer, int modelSize, int warmup)
    : Schedule(optimizer, (rate, step) => rate * Factor(Math.Max(1, step), Positive(modelSize, nameof(NoamSchedule), nameof(modelSize)), Positive(warmup, nameof(NoamSchedule), nameof(warmup))))
{
    private static double Factor(int step, int modelSize, int warmup) => Math.Pow(modelSize, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));
}

/// <summary>Half a cosine from the learning rate to <paramref name="minimum"/> in <paramref name="steps"/> steps, and back (Loshchilov and Hutter 2017).</summary>
public sealed class CosineAnnealing(Optimizer optimizer, int steps, double minimum = 0)
    : Schedule(optimizer, (rate, step) => HalfCosine(rate, minimum, (double)step / Positive(steps, nameof(CosineAnnealing), nameof(steps))));

/// <summary>
/// Half a cosine down to <paramref name="minimum"/>, again and again from the top (SGDR, Loshchilov and Hutter 2017): the first takes
/// <paramref name="firstCycle"/> steps, each further one <paramref name="multiplier"/> times as many.
/// </summary>
public sealed class CosineAnnealingWarmRestarts(Optimizer optimizer, int firstCycle, int multiplier = 1, double minimum = 0)
    : Schedule(optimizer, (rate, step) => HalfCosine(rate, minimum, Part(step, Positive(firstCycle, nameof(CosineAnnealingWarmRestarts), nameof(firstCycle)), Positive(multiplier, nameof(CosineAnnealingWarmRestarts), nameof(multiplier)))))
{
    private static double Part(int step, long cycle, int multiplier)
    {
        if (multiplier == 1) return step % cycle / (double)cycle;
        long left = step;
        while (left >= cycle)
        {
            left -= cycle;
            cycle *= multiplier;
        }
        return left / (double)cycle;
    }
}

/// <summary>A straight line from 0 to the learning rate, then half a cosine down to 0 at <paramref name="steps"/>.</summary>
public sealed class WarmupCosine(Optimizer optimizer, int warmup, int steps, double minimum = 0)
    : Schedule(optimizer, (rate, step) => step < warmup ? rate * step / warmup : HalfCosine(rate, minimum, Math.Min(1, (double)(step - warmup) / Math.Max(1, steps - warmup))));

/// <summary>A straight line from 0 to the learning rate, then a straight line down to 0 at <paramref name="steps"/>.</summary>
public sealed class WarmupLinear(Optimizer optimizer, int warmup, int steps)
    : Schedule(optimizer, (rate, step) => step < warmup ? rate * step / warmup : rate * Math.Max(0, (double)(steps - step) / Math.Max(1, steps - warmup)));

/// <summary>
/// The one-cycle policy (Smith and Topin 2018) with PyTorch's defaults: up from maximum / <paramref name="divisor"/> to
/// <paramref name="maximum"/>, then down to maximum / divisor / <paramref name="finalDivisor"/>, both as half cosines, while the momentum goes
/// the other way. After <paramref name="steps"/> steps the last rate stays.
/// </summary>
/// <param name="optimizer">Whose learning rates, and momenta, are changed; its own learning rate does not count.</param>
/// <param name="maximum">The learning rate at the top.</param>
/// <param name="steps">Steps of the whole cycle.</param>
/// <param name="warmupPart">The part of the steps on the way up.</param>
/// <param name="divisor">The maximum over the first learning rate.</param>
/// <param name="finalDivisor">The first learning rate over the last.</param>
/// <param name="cycleMomentum">Whether the momentum changes too.</param>
/// <param name="baseMomentum">The momentum at the top.</param>
/// <param name="maximumMomentum">The momentum at both ends.</param>
public sealed class OneCycle(Optimizer optimizer, double maximum, int steps, double warmupPart = 0.3, double divisor = 25, double finalDivisor = 1e4, bool cycleMomentum = true, double baseMomentum = 0.85, double maximumMomentum = 0.95)
    : Schedule(
        optimizer,
        (_, step) => Value(step, Positive(steps, nameof(OneCycle), nameof(steps)), warmupPart, maximum / divisor, maximum, maximum / divisor / finalDivisor),
        cycleMomentum ? step => Value(step, steps, warmupPart, maximumMomentum, baseMomentum, maximumMomentum) : null)
{
    private static double Value(int step, int steps, double warmupPart, double first, double top, double last)
    {
        double turn = warmupPart * steps - 1;
        return step <= turn
            ? HalfCosine(first, top, turn > 0 ? step / turn : 1)
            : HalfCosine(top, last, Math.Min(1, (step - turn) / Math.Max(1, steps - 1 - turn)));
    }
}

/// <summary>One schedule after the other: the next begins, at its step 0, at each milestone.</summary>
/// <remarks>Only this schedule is stepped, not the parts.</remarks>
public sealed class SequentialSchedule(Optimizer optimizer, IReadOnlyList<Schedule> parts, IReadOnlyList<int> milestones)
    : Schedule(optimizer, (rate, step) =>
    {
        if (milestones.Count != parts.Count - 1) throw new ArgumentException($"SequentialSchedule: {parts.Count} schedules need {parts.Count - 1} milestones between them, got {milestones.Count}.");
        int part = milestones.Count(milestone => milestone <= step);
        return parts[part].Rate(rate, part == 0 ? step : step - milestones[part - 1]);
    });

/// <summary>Several schedules at once: their factors are multiplied.</summary>
/// <remarks>Only this schedule is stepped, not the parts.</remarks>
public sealed class ChainedSchedule(Optimizer optimizer, params IReadOnlyList<Schedule> parts)
    : Schedule(optimizer, (rate, step) => rate == 0 ? 0 : parts.Aggregate(rate, (product, part) => product * (part.Rate(rate, step) / rate)));
