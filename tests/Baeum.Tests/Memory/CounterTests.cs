using Baeum.Inference;
using Baeum.Models;

namespace Baeum.Tests.Memory;

/// <summary>Memory is counted exactly: what a training step takes from the pool comes back, and little is allocated beside it.</summary>
[Collection("alone")]
public class CounterTests
{
    private const int Steps = 1000;

    private readonly Tensor x = Tensor.RandN([64, 784], new PhiloxRandom(1));
    private readonly Tensor labels = Tensor.RandInt(0, 10, [64], new PhiloxRandom(2));
    private readonly Sequential model;
    private readonly Optimizer optimizer;

    public CounterTests()
    {
        var scope = ParamScope.Random(seed: 0);
        model = new Sequential(scope, new Linear(scope / 0, 784, 256), new ReLU(), new Linear(scope / 2, 256, 10));
        optimizer = new Adam(model.Parameters(), 1e-3);
        for (int i = 0; i < 5; i++) Step();
    }

    private void Step()
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        model.Forward(x).CrossEntropy(labels).Backward();
        optimizer.Step();
    }

    [Fact]
    public void No_buffer_is_lost_in_1000_training_steps()
    {
        long held = TensorPool.Rented - TensorPool.Returned, made = TensorPool.Allocated;
        for (int i = 0; i < Steps; i++) Step();
        Assert.Equal(held, TensorPool.Rented - TensorPool.Returned);
        Assert.Equal(made, TensorPool.Allocated);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_search_holds_no_more_the_longer_its_text_is(int beams)
    {
        var model = new T5ForConditionalGeneration(ParamScope.Random(seed: 1), new T5Config(500, 64, 16, 4, 128, 2, 2));
        var ids = Tensor.From([.. Enumerable.Range(5, 40).Select(id => (long)id)]).Reshape(4, 10);
        using var around = TensorScope.Begin();
        long Held(int pieces)
        {
            long before = TensorPool.Rented - TensorPool.Returned;
            TextGenerator.Generate(model, ids, null, new() { MaxNewTokens = pieces, MinNewTokens = pieces, BeamCount = beams, EndIds = [1] });
            return TensorPool.Rented - TensorPool.Returned - before;
        }
        Assert.Equal(Held(8), Held(80), 10.0);
    }

    [Fact]
    public void A_warm_step_allocates_under_10_KB_beside_the_pool_and_causes_no_full_collection()
    {
        int fullCollections = GC.CollectionCount(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++) Step();
        long perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
        Assert.True(perStep < 10_000, $"{perStep} bytes a step");
        Assert.Equal(fullCollections, GC.CollectionCount(2));
    }
}

/// <summary>Tests that count what the whole process does run when nothing else does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public class AloneCollection;
