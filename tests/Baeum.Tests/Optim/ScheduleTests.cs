namespace Baeum.Tests;

/// <summary>Schedules beyond the golden book. The figures are PyTorch's.</summary>
public sealed class ScheduleTests
{
    private static SGD Optimizer(double rate = 0.1, double momentum = 0) => new([Tensor.Zeros([1]).RequireGrad()], rate, momentum);

    private static double[] Rates(Schedule schedule, int count)
    {
        var rates = new double[count];
        for (int i = 0; i < count; i++)
        {
            rates[i] = schedule.LearningRate;
            schedule.Step();
        }
        return rates;
    }

    private static void Equal(double[] expected, double[] actual) => Assertions.Close(Tensor.From(expected), Tensor.From(actual), 1e-12);

    [Fact]
    public void ConstantAndPolynomial()
    {
        Equal([0.025, 0.025, 0.025, 0.025, 0.1, 0.1], Rates(new ConstantSchedule(Optimizer(), 0.25, 4), 6));
        Equal([0.1, 0.0765625, 0.05625, 0.0390625, 0.025, 0.0140625, 0.00625, 0.0015625, 0, 0], Rates(new PolynomialSchedule(Optimizer(), 8, 2), 10));
    }

    [Fact]
    public void SequenceAndChain()
    {
        var optimizer = Optimizer();
        var sequence = new SequentialSchedule(optimizer, [new LinearSchedule(optimizer, 0.1, 1, 4), new ExponentialSchedule(optimizer, 0.9)], [5]);
        Equal([0.01, 0.0325, 0.055, 0.0775, 0.1, 0.1, 0.09, 0.081, 0.0729], Rates(sequence, 9));
        optimizer = Optimizer();
        var chain = new ChainedSchedule(optimizer, new ConstantSchedule(optimizer, 0.1, 2), new ExponentialSchedule(optimizer, 0.9));
        Equal([0.01, 0.009, 0.081, 0.0729, 0.06561, 0.059049], Rates(chain, 6));
        Assert.Throws<ArgumentException>(() => new SequentialSchedule(optimizer, [chain], [3]));
    }

    [Fact]
    public void WarmupsRiseInALineAndEndAtZero()
    {
        Equal([0, 0.05, 0.1, 0.075, 0.05, 0.025, 0, 0], Rates(new WarmupLinear(Optimizer(), 2, 6), 8));
        double[] cosine = Rates(new WarmupCosine(Optimizer(), 2, 6), 8);
        Equal([0, 0.05, 0.1, 0.1 * (1 + Math.Sqrt(0.5)) / 2, 0.05, 0.1 * (1 - Math.Sqrt(0.5)) / 2, 0, 0], cosine);
    }

    [Fact]
    public void OneCycleMovesTheMomentumTheOtherWay()
    {
        var optimizer = Optimizer(momentum: 0.9);
        var schedule = new OneCycle(optimizer, 1, 10);
        var momenta = new double[10];
        for (int i = 0; i < 10; i++)
        {
            momenta[i] = optimizer.Groups[0].Momentum;
            schedule.Step();
        }
        Equal([0.95, 0.9, 0.85, 0.854951556604879, 0.8688255099070633, 0.8888739533021842, 0.9111260466978157, 0.9311744900929366, 0.945048443395121, 0.95], momenta);
    }

    [Fact]
    public void PlateauLowersAfterPatienceAndCoolsDown()
    {
        double[] measures = [1, 0.9, 0.9, 0.9, 0.9, 0.95, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
        double[] expected = [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02];
        var optimizer = Optimizer();
        var schedule = new ReduceOnPlateau(optimizer, factor: 0.5, patience: 1, cooldown: 1, minimum: 0.02);
        for (int i = 0; i < measures.Length; i++)
        {
            if (i == 5)
            {
                // a resumed schedule knows what the first one waited for
                var state = schedule.StateDict();
                optimizer = Optimizer();
                schedule = new ReduceOnPlateau(optimizer, factor: 0.5, patience: 1, cooldown: 1, minimum: 0.02);
                schedule.LoadStateDict(state);
            }
            schedule.Step(measures[i]);
            Assert.Equal(expected[i], optimizer.LearningRate, 1e-12);
        }
        Assert.Throws<InvalidOperationException>(schedule.Step);
    }

    [Fact]
    public void GroupsKeepTheirProportionsAndAResumedScheduleItsStep()
    {
        Tensor a = Tensor.Zeros([1]).RequireGrad(), b = Tensor.Zeros([1]).RequireGrad();
        SGD Create() => new([a, new ParameterGroup([b], learningRate: 1)], 0.1);
        var optimizer = Create();
        var schedule = new StepSchedule(optimizer, 2, 0.5);
        for (int i = 0; i < 5; i++) schedule.Step();
        Equal([0.025, 0.25], [.. optimizer.Groups.Select(group => group.LearningRate)]);

        var resumed = Create();
        resumed.LoadStateDict(optimizer.StateDict());
        var second = new StepSchedule(resumed, 2, 0.5);
        second.LoadStateDict(schedule.StateDict());
        second.Step();
        Equal([0.0125, 0.125], [.. resumed.Groups.Select(group => group.LearningRate)]);
    }
}
