// Times libtorch 2.10 (MKL, oneDNN) on the workloads of ./baeum bench, one JSON line each; ./bench --compare runs both in turn.
// usage: libtorch THREADS|names [GLOB]
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using LibTorchPeer;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

bool onlyNames = args[0] == "names";
int threads = onlyNames ? 1 : int.Parse(args[0], CultureInfo.InvariantCulture);
string glob = args.Length > 1 ? args[1] : "*";
set_num_threads(threads);
random.manual_seed(0);

bool Wanted(string name) => FileSystemName.MatchesSimpleExpression(glob, name);

void Clock(string name, Func<Action> prepare, int warm = 5, int repeats = 7, double flops = 0)
{
    if (!Wanted(name)) return;
    if (onlyNames)
    {
        Console.WriteLine(name);
        return;
    }
    Action work = prepare();
    void Step()
    {
        using var scope = NewDisposeScope();
        work();
    }
    for (int i = 0; i < warm; i++) Step();
    long start = Stopwatch.GetTimestamp();
    Step();
    int steps = Math.Max(1, (int)(2.0 / repeats / Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7)));
    var means = new double[repeats];
    TimeSpan processor = Environment.CpuUsage.TotalTime;
    for (int r = 0; r < repeats; r++)
    {
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++) Step();
        means[r] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps;
    }
    double used = (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / steps / repeats;
    Array.Sort(means);
    string rate = flops > 0 ? FormattableString.Invariant($",\"gflops\":{flops / means[repeats / 2] / 1e3:F2}") : "";
    using var process = Process.GetCurrentProcess();
    Console.WriteLine(FormattableString.Invariant($"{{\"name\":\"{name}\",\"threads\":{threads},\"us\":{means[repeats / 2]:F3},\"min\":{means[0]:F3},\"max\":{means[^1]:F3},\"cpu_us\":{used:F3},\"peak_mb\":{process.PeakWorkingSet64 / 1e6:F0}{rate}}}"));
}

void Product(string name, int m, int k, int n, bool turnA = false, bool turnB = false) => Clock(name, () =>
{
    Tensor a = turnA ? randn(k, m).t() : randn(m, k), b = turnB ? randn(n, k).t() : randn(k, n);
    return () => a.mm(b);
}, flops: 2.0 * m * k * n);

void On(string name, long[] shape, Func<Tensor, Tensor> operation) => Clock(name, () =>
{
    var x = randn(shape);
    return () => operation(x);
});

Action Train(IEnumerable<Parameter> parameters, optim.Optimizer optimizer, Func<Tensor> loss, double clip = 0)
{
    var all = parameters.ToArray();
    return () =>
    {
        optimizer.zero_grad();
        loss().backward();
        if (clip > 0) nn.utils.clip_grad_norm_(all, clip);
        optimizer.step();
    };
}

foreach (int n in (int[])[64, 256, 512, 1024, 2048]) Product(FormattableString.Invariant($"gemm_{n}"), n, n, n);
Product("gemm_768x128x512", 768, 128, 512);
Product("gemm_768x128x512_nt", 768, 128, 512, turnB: true);
Product("gemm_128x768x512_tn", 128, 768, 512, turnA: true);
Product("gemm_1024x384x1536_nt", 1024, 384, 1536, turnB: true);
foreach (int m in (int[])[1, 4, 12])
{
    Product(FormattableString.Invariant($"gemm_{m}x1024x1024_nt"), m, 1024, 1024, turnB: true);
    Product(FormattableString.Invariant($"gemm_1024x1024x{m}"), 1024, 1024, m);
}
Clock("gemm_batch_48x64x32x64", () =>
{
    Tensor a = randn(48, 64, 32), b = randn(48, 32, 64);
    return () => a.matmul(b);
}, flops: 2.0 * 48 * 64 * 32 * 64);
On("add_1M", [1 << 20], x => x.add(x));
On("exp_1M", [1 << 20], x => x.exp());
On("gelu_1M", [1 << 20], x => F.gelu(x));
On("tanh_1M", [1 << 20], x => x.tanh());
On("sum_1M", [1 << 20], x => x.sum());
On("softmax_4096x256", [4096, 256], x => F.softmax(x, -1));
On("layernorm_4096x256", [4096, 256], x => F.layer_norm(x, [256]));

Clock("train_xor_2-8-1_sgd", () =>
{
    Tensor x = tensor(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }), y = tensor(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });
    var model = Sequential(Linear(2, 8), Tanh(), Linear(8, 1));
    return Train(model.parameters(), optim.SGD(model.parameters(), 0.1), () => F.binary_cross_entropy_with_logits(model.call(x), y));
});
Clock("train_mlp_784-256-10_b64_adam", () =>
{
    Tensor x = randn(64, 784), y = randint(0, 10, 64);
    var model = Sequential(Linear(784, 256), ReLU(), Linear(256, 10));
    return Train(model.parameters(), optim.Adam(model.parameters(), 1e-3), () => F.cross_entropy(model.call(x), y));
});
foreach (bool train in (bool[])[true, false])
{
    Clock(train ? "train_lenet5_b64_adam" : "infer_lenet5_b64", () =>
    {
        Tensor x = randn(64, 1, 28, 28), y = randint(0, 10, 64);
        var model = Sequential(Conv2d(1, 6, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2), Flatten(), Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10));
        if (train) return Train(model.parameters(), optim.Adam(model.parameters(), 1e-3), () => F.cross_entropy(model.call(x), y));
        return () =>
        {
            using var quiet = no_grad();
            model.call(x);
        };
    });
}
Clock("train_lstm_256x256_t64_b32_sgd", () =>
{
    Tensor x = randn(32, 64, 256);
    var layer = LSTM(256, 256, batchFirst: true);
    return Train(layer.parameters(), optim.SGD(layer.parameters(), 0.01), () => layer.call(x).Item1.square().mean());
});
Clock("train_gru_256x256_t64_b32_sgd", () =>
{
    Tensor x = randn(32, 64, 256);
    var layer = GRU(256, 256, batchFirst: true);
    return Train(layer.parameters(), optim.SGD(layer.parameters(), 0.01), () => layer.call(x, null).Item1.square().mean());
});
foreach (var (name, width, heads, layers, length, batch) in new[] { ("train_nanogpt_cpu_4L4H128_t64_b12_adamw", 128, 4, 4, 64, 12), ("train_gpt_6L6H384_t256_b4_adamw", 384, 6, 6, 256, 4) })
{
    Clock(name, () =>
    {
        var model = new Gpt(65, width, heads, layers, length);
        Tensor x = randint(0, 65, [batch, length]), y = randint(0, 65, [batch, length]);
        return Train(model.parameters(), optim.AdamW(model.parameters(), 1e-3, weight_decay: 0.1), () => F.cross_entropy(model.call(x).flatten(0, 1), y.flatten()), clip: 1);
    }, warm: 3, repeats: 5);
}
Clock("train_transformer_copy_d512_N2_b30x10_adam", () =>
{
    var transformer = Transformer(512, 8, 2, 2, 2048, dropout: 0.0);
    var embedding = Embedding(11, 512);
    var head = Linear(512, 11);
    Parameter[] parameters = [.. transformer.parameters(), .. embedding.parameters(), .. head.parameters()];
    Tensor source = randint(1, 11, [10, 30]), target = randint(1, 11, [9, 30]);
    Tensor mask = zeros(9, 9).masked_fill(ones(9, 9).triu(1).to_type(ScalarType.Bool), float.NegativeInfinity);
    return Train(parameters, optim.Adam(parameters, 1e-4), () => F.cross_entropy(head.call(transformer.call(embedding.call(source), embedding.call(target), null!, mask)).flatten(0, 1), target.flatten()));
}, warm: 2, repeats: 5);
Clock("infer_minilm_encoder_6L384_b8x128", () =>
{
    var model = new Encoder(384, 12, 1536, 6);
    model.eval();
    var x = randn(8, 128, 384);
    return () =>
    {
        using var quiet = no_grad();
        model.call(x);
    };
}, warm: 2, repeats: 5);
Clock("train_minilm_6L384_b32x24_adamw", () =>
{
    var model = new Classifier(30522, 384, 12, 1536, 6, 6);
    Tensor ids = randint(0, 30522, [32, 24]), classes = randint(0, 6, 32);
    return Train(model.parameters(), optim.AdamW(model.parameters(), 1e-4, weight_decay: 0.01), () => F.cross_entropy(model.call(ids), classes));
}, warm: 2, repeats: 5);
foreach (int batch in (int[])[14, 64])
{
    Clock(FormattableString.Invariant($"train_t5_6L256_b{batch}x25_adamw"), () =>
    {
        var model = new T5(8000, 256, 4, 1024, 3);
        Tensor source = randint(0, 8000, [batch, 25]), target = randint(0, 8000, [batch, 25]);
        var shifted = cat([zeros(batch, 1, dtype: ScalarType.Int64), target[TensorIndex.Colon, TensorIndex.Slice(0, 24)]], 1);
        return Train(model.parameters(), optim.AdamW(model.parameters(), 6e-4, weight_decay: 0.01), () => F.cross_entropy(model.call(source, shifted).flatten(0, 1), target.flatten(), label_smoothing: 0.1), clip: 1);
    }, warm: 2, repeats: 5);
}
