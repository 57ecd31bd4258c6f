// chapter: annotated_transformer
// title: 주석 달린 트랜스포머 | The annotated Transformer
// computes: 앞 장들의 조각으로 트랜스포머 전체를 조립해 작은 문제를 배우고, 원래 코드의 여덟 가지 잘못을 보이고 고치기 | the whole Transformer from the pieces of the chapters before learns a toy task; eight defects of the original shown and mended
// minutes: 0.2

using var lesson = Lesson.Begin(args);

// %% the toy task: ten symbols, the first is 1; the target is a copy whose last five are one more
bool full = lesson.Full;                                                                        // the original's sizes, or small ones that take seconds
int size = full ? 512 : lesson.Parameter("size", 32, 8, 256), warmup = full ? 1200 : lesson.Parameter("warmup", 100, 1, 5000), heads = full ? 8 : 2;
int inner = full ? 2048 : 2 * size, epochs = full ? lesson.Parameter("full_epochs", 20, 1, 200) : lesson.Parameter("epochs", 50, 2, 500);
double dropout = full ? 0.1 : lesson.Parameter("dropout", 0, 0, 0.9), factor = full ? 1 : lesson.Parameter("factor", 0.57, 0.01, 10); // of the Noam schedule
const int Symbols = 11, Length = 10, BatchSize = 30, BatchesPerEpoch = 20, EvaluationBatches = 5, Layers = 2;
uint seed = lesson.Seed(42);
(Tensor Source, Tensor Target) Batch(RandomGenerator random, int count = BatchSize)
{
    Tensor source = Tensor.Cat([Tensor.Ones([count, 1], DType.Int64), Tensor.RandInt(1, 10, [count, Length - 1], random)], 1);
    return (source, Tensor.Cat([source[.., ..5], source[.., 5..] + 1], 1));                    // [B, 10] each
}
Network Build(string version) => new(ParamScope.Random(seed), Symbols, size, inner, heads, Layers, dropout, version == "corrected" ? dropout : 0);

// %% the network at the end of this file is the library's, number for number
Network network = Build("corrected");
var library = new AnnotatedTransformer(ParamScope.Random(seed + 1), new(Symbols, Symbols, Layers, size, inner, heads, Dropout: 0));
library.LoadStateDict(network.StateDict());
network.Eval();
var (source, target) = Batch(new TorchRandom(1), 3);
lesson.Figure("library.difference", (network.Forward(source, target) - library.Forward(source, target)).Abs().Max().Item(), expected: 0, tolerance: 1e-4);
lesson.Figure("parameters", network.ParameterCount());

// %% defect 1: the target's padding mask hides queries instead of keys; to be seen here padding is on the left, where "not the future" does not hide it as well
Tensor padded = Tensor.From([[0L, 0, 1, 5, 3]]), past = Tensor.Ones([5, 5], DType.Bool).Tril();
var pictures = new List<Panel>();
foreach (string version in lesson.Versions)
{
    Tensor mask = padded.Ne(0).Unsqueeze(version == "published" ? -1 : -2).LogicalAnd(past)[0].To(DType.Float64);   // [5, 5]: queries × keys
    lesson.Figure($"{version}.mask", mask);
    lesson.Figure($"{version}.share.of.padding", (mask[4, ..2].Sum() / mask[4].Sum()).Item(), expected: version == "published" ? 0.4 : 0, tolerance: 1e-12);
    pictures.Add(new Panel(version == "published" ? lesson.Text("마스크, 원래 코드", "Mask, as published") : lesson.Text("마스크, 고친 코드", "Mask, corrected"), lesson.Text("키", "key"), lesson.Text("질의", "query")) { EqualAxes = true }
        .HeatMap(mask, rows: ["pad", "pad", "1", "5", "3"], columns: ["pad", "pad", "1", "5", "3"], low: 0, high: 1));
}

// %% defects 2, 4 and 8
lesson.Say("결함 2: get_std_opt가 클래스 NoamOpt 안에 들여쓰여 있어 함수로 부르면 NameError가 납니다. 결함 8: batch_size_fn은 아무도 부르지 않습니다.",
    "Defect 2: get_std_opt is indented into the class NoamOpt and calling it as a function gives a NameError. Defect 8: nobody calls batch_size_fn.");
Tensor normal = Tensor.RandN([4, size], new NumPyRandom(seed)).LayerNorm([size]);
lesson.Figure("final.norm.would.change", (normal.LayerNorm([size]) - normal).Abs().Max().Item(), expected: 0, tolerance: 1e-4); // defect 4: declared, not used; after post-norm it would do nothing

// %% defect 5: attention takes a dropout and ignores it; two passes in training are the same
foreach (string version in lesson.Versions)
{
    var attention = new MultiHead(ParamScope.Random(seed), 16, 2, version == "published" ? 0 : 0.1);
    Tensor x = Tensor.RandN([1, 8, 16], new NumPyRandom(seed), dtype: DType.Float32), all = Tensor.Ones([8, 8], DType.Bool);
    lesson.Range($"{version}.dropout.difference", (attention.Forward(x, x, all) - attention.Forward(x, x, all)).Abs().Max().Item(), version == "published" ? 0 : 1e-3, version == "published" ? 0 : 10);
}

// %% training; as published, evaluation goes backward too (3) and its total keeps every graph alive (7)
(Network Model, double[] Losses, double[] Right) Train(string version, int allEpochs)
{
    bool mended = version == "corrected";
    Network model = Build(version);
    int epochs = version == "published" && !full && lesson.Corrected ? Math.Min(5, allEpochs) : allEpochs;                       // enough to see the defects
    RandomGenerator random = new TorchRandom(seed), fresh = new TorchRandom(seed + 1);
    var optimizer = new Adam(model.Parameters(), 1, 0.9, 0.98, 1e-9);
    (Tensor Loss, double Right) Try((Tensor Source, Tensor Target) batch)                      // without smoothing the divergence is cross entropy
    {
        Tensor scores = model.Forward(batch.Source, batch.Target[.., ..^1]);                   // [B, 9, V]
        return (scores.Reshape(-1, Symbols).CrossEntropy(batch.Target[.., 1..].Reshape(-1)), scores[.., 4..].ArgMax(-1).Eq(batch.Target[.., 5..]).To(DType.Float64).Mean().Item());
    }
    double[] losses = new double[epochs], right = new double[epochs];
    for (int epoch = 0, step = 1; epoch < epochs; epoch++)
    {
        model.Train();
        for (int i = 0; i < BatchesPerEpoch; i++, step++)
        {
            using var memory = TensorScope.Begin();
            Try(Batch(random)).Loss.Backward();
            if (epoch == 1 && i == 0) lesson.Figure($"{version}.gradient.with.leftovers", GradientClipping.ClipGradNorm(model.Parameters(), 1e9));
            optimizer.LearningRate = factor * Math.Pow(size, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));
            optimizer.Step();
            optimizer.ZeroGrad();
            lesson.Progress(epoch * BatchesPerEpoch + i + 1, epochs * BatchesPerEpoch, FormattableString.Invariant($"{version} {(epoch > 0 ? losses[epoch - 1] : 0):F4}"));
        }
        model.Eval();
        using IDisposable? quiet = mended ? Autograd.NoGrad() : null;
        Tensor total = Tensor.Zeros([]);
        for (int i = 0; i < EvaluationBatches; i++)
        {
            var (loss, share) = Try(Batch(fresh));
            if (!mended) loss.Backward();                                                      // and nobody forgets these gradients before the next step
            total += loss;
            right[epoch] += share / EvaluationBatches;
        }
        losses[epoch] = total.Item() / EvaluationBatches;
        if (epoch == 0) lesson.Figure($"{version}.total.keeps.graph", total.RequiresGrad ? 1 : 0, expected: mended ? 0 : 1);
    }
    return (model, losses, right);
}

// %% the honest measure: how many of the last five symbols of fresh sequences are right, and how many sequences in all five; a mere copy gets none
(double Symbols, double Sequences) Accuracy(Network model, RandomGenerator random, int count)
{
    using var quiet = Autograd.NoGrad();
    var (source, target) = Batch(random, count);
    Tensor same = model.Greedy(source, Length)[.., 5..].Eq(target[.., 5..]).To(DType.Float64); // [count, 5]
    return (same.Mean().Item(), same.Mean(1).Eq(1).To(DType.Float64).Mean().Item());
}
var losing = new Panel(lesson.Text("평가 손실", "Evaluation loss"), lesson.Text("에폭", "epoch"));
var winning = new Panel(lesson.Text("마지막 다섯 기호의 정확도", "Accuracy on the last five symbols"), lesson.Text("에폭", "epoch")) { YLimits = (0, 1.02) };
Tensor sample = Tensor.From([[1L, 3, 4, 5, 6, 8, 7, 2, 9, 7]]);
string[] Names(Tensor ids) => [.. ids.ToArray<long>().Select(id => $"{id}")];
foreach (string version in lesson.Versions)
{
    var (model, losses, right) = Train(version, epochs);
    var (symbols, sequences) = Accuracy(model, new TorchRandom(seed + 3), 1000);
    lesson.Figure($"{version}.losses", losses);
    if (full) lesson.Range($"{version}.loss.final", losses[^1], 0, 0.6);                       // torch, unseeded: 0.2087 and 0.3535 after 20 and 18 epochs
    lesson.Figure($"{version}.accuracies", right);
    lesson.Figure($"{version}.last.five.symbols", symbols);
    lesson.Range($"{version}.last.five.sequences", sequences, version == "corrected" && !full ? 0.99 : 0, 1);
    Tensor written = model.Greedy(sample, Length);
    lesson.Figure($"{version}.sample", written[0], expected: version == "corrected" && !full ? [1, 3, 4, 5, 6, 9, 8, 3, 10, 8] : null);
    string name = version == "published" ? lesson.Text("원래 코드", "as published") : lesson.Text("고친 코드", "corrected");
    double[] axis = [.. Enumerable.Range(1, losses.Length).Select(i => (double)i)];
    losing.Line(axis, losses, name);
    winning.Line(axis, right, name);
    if (version == lesson.Versions[^1])
        pictures.Add(new Panel(lesson.Text("어디를 보고 쓰나", "Where it looks while writing"), lesson.Text("원문", "source"), lesson.Text("쓰는 기호", "symbol written")).HeatMap(model.Seen!.Mean([0, 1]), rows: Names(written[0, 1..]), columns: Names(sample[0])));
    // %% defect 6: weights are kept as names, shapes and numbers, not as a program that loading would run
    string path = Path.Combine(lesson.OutputFolder, "annotated.safetensors");
    Safetensors.Save(path, model.StateDict());
    Network loaded = Build(version);
    loaded.LoadStateDict(Safetensors.Load(path));
    loaded.Eval();
    lesson.Figure($"{version}.loaded.difference", (loaded.Forward(source, target) - model.Forward(source, target)).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
}
lesson.Plot("annotated", new Figure(lesson.Text("주석 달린 트랜스포머", "The annotated Transformer"), 3, [losing, winning, .. pictures]) { PanelWidth = 400, PanelHeight = 340 });

/// <summary>Attention with several heads, chapter dot_product_attention.</summary>
sealed class MultiHead(ParamScope scope, int size, int heads, double dropout) : Module(scope)
{
    private readonly Linear[] linears = [.. Enumerable.Range(0, 4).Select(i => new Linear(scope / "linears" / i, size, size, initializer: Initializers.XavierUniform()))];
    public Tensor? Weights { get; private set; }

    public Tensor Forward(Tensor x, Tensor memory, Tensor mask)
    {
        Tensor Split(Tensor y) => y.Reshape(y.Shape[0], y.Shape[1], heads, size / heads).Transpose(1, 2);          // [B, h, T, d/h]
        Tensor q = Split(linears[0].Forward(x)), k = Split(linears[1].Forward(memory)), v = Split(linears[2].Forward(memory));
        Tensor scores = q.MatMul(k.Transpose(-1, -2)) / Math.Sqrt(size / heads);                                   // [B, h, T, S]
        Tensor weights = scores.MaskedFill(mask.LogicalNot(), double.NegativeInfinity).Softmax(-1);
        Weights = weights.Detach();
        Tensor seen = weights.Dropout(dropout, Scope!.Generator, IsTraining).MatMul(v);                            // [B, h, T, d/h]
        return linears[3].Forward(seen.Transpose(1, 2).Reshape(x.Shape[0], x.Shape[1], size));                     // [B, T, d]
    }
}

/// <summary>A layer of the encoder, or with memory of the decoder: LN(x + dropout(part(x))) twice or three times, chapter layer_norm.</summary>
sealed class Block(ParamScope scope, int size, int inner, int heads, double dropout, double attentionDropout, bool readsMemory) : Module(scope)
{
    private readonly MultiHead own = new(scope / "self_attn", size, heads, attentionDropout);
    private readonly Linear first = new(scope / "feed_forward" / "w_1", size, inner, initializer: Initializers.XavierUniform()), second = new(scope / "feed_forward" / "w_2", inner, size, initializer: Initializers.XavierUniform());
    private readonly LayerNorm[] norms = [.. Enumerable.Range(0, readsMemory ? 3 : 2).Select(i => new LayerNorm(scope / "sublayer" / i / "norm", size))];
    public MultiHead? Other { get; } = readsMemory ? new(scope / "src_attn", size, heads, attentionDropout) : null;

    public Tensor Forward(Tensor x, Tensor mask, Tensor? memory = null, Tensor? memoryMask = null)
    {
        Tensor Drop(Tensor y) => y.Dropout(dropout, Scope!.Generator, IsTraining);
        x = norms[0].Forward(x + Drop(own.Forward(x, x, mask)));
        if (Other is not null) x = norms[1].Forward(x + Drop(Other.Forward(x, memory!, memoryMask!)));
        return norms[^1].Forward(x + Drop(second.Forward(Drop(first.Forward(x).Relu()))));
    }
}

/// <summary>Encoder, decoder and generator; embeddings × √d plus positions, chapter positions; masks, chapter masks.</summary>
sealed class Network(ParamScope scope, int symbols, int size, int inner, int heads, int layers, double dropout, double attentionDropout) : Module(scope)
{
    private readonly Embedding sources = new(scope / "src_embed" / "0" / "lut", symbols, size, initializer: Initializers.XavierUniform()), targets = new(scope / "tgt_embed" / "0" / "lut", symbols, size, initializer: Initializers.XavierUniform());
    private readonly Block[] encoder = [.. Enumerable.Range(0, layers).Select(i => new Block(scope / "encoder" / "layers" / i, size, inner, heads, dropout, attentionDropout, readsMemory: false))];
    private readonly Block[] decoder = [.. Enumerable.Range(0, layers).Select(i => new Block(scope / "decoder" / "layers" / i, size, inner, heads, dropout, attentionDropout, readsMemory: true))];
    private readonly Linear generator = new(scope / "generator" / "proj", size, symbols, initializer: Initializers.XavierUniform());
    public Tensor? Seen => decoder[^1].Other!.Weights;
    private Tensor Embed(Embedding table, Tensor ids) => (table.Forward(ids) * Math.Sqrt(size) + PositionalEncoding.Table(ids.Shape[1], size)).Dropout(dropout, Scope!.Generator, IsTraining);
    public Tensor Encode(Tensor source) => encoder.Aggregate(Embed(sources, source), (x, block) => block.Forward(x, Keys(source))); // [B, S, d]

    public Tensor Decode(Tensor memory, Tensor source, Tensor target)
    {
        Tensor mask = Keys(target).LogicalAnd(Tensor.Ones([target.Shape[1], target.Shape[1]], DType.Bool).Tril());                         // [B, 1, T, T]
        return generator.Forward(decoder.Aggregate(Embed(targets, target), (x, block) => block.Forward(x, mask, memory, Keys(source))));      // [B, T, V]
    }
    public Tensor Forward(Tensor source, Tensor target) => Decode(Encode(source), source, target);

    public Tensor Greedy(Tensor source, int length)
    {
        Tensor memory = Encode(source), written = source[.., ..1];
        while (written.Shape[1] < length) written = Tensor.Cat([written, Decode(memory, source, written)[.., ^1].ArgMax(-1).Unsqueeze(1)], 1);
        return written;
    }
    private static Tensor Keys(Tensor ids) => ids.Ne(0).Reshape(ids.Shape[0], 1, 1, ids.Shape[1]);                                            // [B, 1, 1, S]
}
