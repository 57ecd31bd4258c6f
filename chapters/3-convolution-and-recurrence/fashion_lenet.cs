// chapter: fashion
// title: LeNet: 28×28 그림 | LeNet on pictures of 28×28
// computes: LeNet으로 손글씨나 옷 그림을 분류하고, 틀린 그림을 들여다보기 | LeNet classifies handwriting or clothes, and one looks at what it gets wrong
// minutes: 0.2

using var lesson = Lesson.Begin(args);

// %% which pictures? 0: the course's own digits enlarged to 28×28 (always there), 1: MNIST, 2: Fashion-MNIST (where their four files lie, see the text)
int set = lesson.Parameter("set", 0, 0, 2), most = lesson.Parameter("pictures", 60_000, 100, 60_000);
uint seed = lesson.Seed(0);
string? Find(string file, params string[] places)
{
    for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
    {
        foreach (string place in places)
        {
            string path = Path.Combine(folder.FullName, place, file);
            if (File.Exists(path)) return path;
        }
    }
    return null;
}
(Tensor X, Tensor Y)? Read(string kind)
{
    string[] places = set == 1 ? ["data/mnist", "shared/data/vision"] : ["data/fashion-mnist", "/usr/share/datasets/fashion-mnist"];
    string prefix = set == 1 ? "mnist-" : "";
    string? pictures = Find($"{prefix}{kind}-images-idx3-ubyte.gz", places) ?? Find($"{kind}-images-idx3-ubyte.gz", places);
    string? labels = Find($"{prefix}{kind}-labels-idx1-ubyte.gz", places) ?? Find($"{kind}-labels-idx1-ubyte.gz", places);
    if (pictures is null || labels is null) return null;
    return (Idx.Load(pictures).To(DType.Float32).Unsqueeze(1) / 255.0, Idx.Load(labels));        // [N, 1, 28, 28] and [N]
}
(Tensor X, Tensor Y) Shuffled(Tensor x, Tensor y)
{
    Tensor order = Tensor.RandPerm(x.Shape[0], new TorchRandom(seed));
    return (x.IndexSelect(0, order), y.IndexSelect(0, order));
}
(Tensor TrainX, Tensor TrainY, Tensor TestX, Tensor TestY) Load()
{
    var test = set == 0 ? null : Read("t10k");
    if (set > 0 && test is null) lesson.Say("그림 파일을 찾지 못해 과정에 든 숫자를 씁니다.", "The files were not found; the course's own digits take their place.");
    if (test is { } held && Read("train") is { } train)
    {
        var (x, y) = Shuffled(train.X, train.Y);
        int count = Math.Min(most, x.Shape[0]);
        return (x[..count], y[..count], held.X, held.Y);
    }
    // no training pictures: what there is, is split, and the parts never meet
    Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32);
    var (allX, allY) = test is { } all ? Shuffled(all.X, all.Y) : Shuffled((table[.., ..64] / 16.0).Reshape(-1, 1, 8, 8).UpsampleTo((20, 20), UpsampleMode.Bilinear).Pad([4, 4, 4, 4]), table[.., 64].To(DType.Int64));
    int parts = allX.Shape[0] * 3 / 4, wanted = Math.Min(most, parts);
    return (allX[..wanted], allY[..wanted], allX[parts..], allY[parts..]);
}
var (trainX, trainY, testX, testY) = Load();
string[] classes = set == 2
    ? lesson.Text("티셔츠,바지,스웨터,드레스,코트,샌들,셔츠,운동화,가방,부츠", "T-shirt,trousers,pullover,dress,coat,sandal,shirt,sneaker,bag,boot").Split(',')
    : [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
lesson.Figure("train.pictures", trainX.Shape[0]);
lesson.Figure("test.pictures", testX.Shape[0]);

// %% LeNet-5 (LeCun and others, 1998), with ReLU and max pooling as is usual today
var scope = ParamScope.Random(seed);
var model = new Sequential(scope,
    new Conv2d(scope / 0, 1, 6, 5, padding: 2), new ReLU(), new MaxPool2d(2),                   // [N, 6, 14, 14]
    new Conv2d(scope / 3, 6, 16, 5), new ReLU(), new MaxPool2d(2),                              // [N, 16, 5, 5]
    new Flatten(), new Linear(scope / 7, 400, 120), new ReLU(), new Linear(scope / 9, 120, 84), new ReLU(), new Linear(scope / 11, 84, 10));
lesson.Figure("parameters", model.ParameterCount(), expected: 61_706);

// %% training; in each round every picture is moved a little, so that it is never quite the same
int epochs = lesson.Parameter("epochs", 6, 1, 100), shift = lesson.Parameter("shift", 1, 0, 4);
double rate = lesson.Parameter("lr", 0.003, 1e-5, 0.1);
var random = new TorchRandom(seed + 1);
var data = new TensorDataset(trainX, trainY);
var batches = data.Batches(32, shuffle: random);
var optimizer = new Adam(model.Parameters(), rate);
var schedule = new CosineAnnealing(optimizer, epochs * batches.BatchCount);
Tensor Predict(Tensor x) => Tensor.Cat([.. x.Split(500).Select(part => model.Forward(part))]);    // [N, 10]
double Accuracy()
{
    using var _ = Autograd.NoGrad();
    return Predict(testX).ArgMax(1).Eq(testY).To(DType.Float64).Mean().Item();
}
List<double> losses = [], accuracies = [];
for (int epoch = 1; epoch <= epochs; epoch++)
{
    double sum = 0;
    foreach (var (x, y) in batches)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor moved = shift == 0 ? x : x.Roll([(int)random.NextInteger(-shift, shift + 1), (int)random.NextInteger(-shift, shift + 1)], [2, 3]);
        Tensor loss = model.Forward(moved).CrossEntropy(y);
        loss.Backward();
        optimizer.Step();
        schedule.Step();
        sum += loss.Item() * y.Count;
    }
    losses.Add(sum / trainX.Shape[0]);
    accuracies.Add(Accuracy());
    lesson.Progress(epoch, epochs, FormattableString.Invariant($"loss {losses[^1]:F4}, accuracy {accuracies[^1]:F4}"));
}
lesson.Range("accuracy", accuracies[^1], 0.93, 1);
lesson.Figure("loss", losses[^1]);

// %% where does it go wrong? The confusion matrix, and the mistakes it was surest of
using (Autograd.NoGrad())
{
    Tensor chances = Predict(testX).Softmax(1), answers = chances.ArgMax(1);                     // [N, 10], [N]
    var confusion = new double[10, 10];
    for (int i = 0; i < testX.Shape[0]; i++) confusion[testY[i].ItemLong(), answers[i].ItemLong()]++;
    lesson.Figure("confusion", confusion);
    int[] mistakes = [.. Enumerable.Range(0, testX.Shape[0]).Where(i => testY[i].ItemLong() != answers[i].ItemLong()).OrderByDescending(i => chances[i].Max().Item())];
    lesson.Figure("mistakes", mistakes.Length);
    double[] axis = [.. Enumerable.Range(1, epochs).Select(i => (double)i)];
    lesson.Plot("lenet", new Figure("LeNet", 2,
    [
        new Panel(lesson.Text("정확도", "Accuracy"), lesson.Text("에폭", "epoch"), lesson.Text("시험 정확도", "test accuracy")).Line(axis, accuracies).Scatter(axis, accuracies, color: Color.Blue),
        new Panel(lesson.Text("무엇을 무엇으로 보았나", "What is taken for what"), lesson.Text("모델의 답", "answer"), lesson.Text("정답", "truth")).HeatMap(confusion, rows: classes, columns: classes, showValues: true),
    ]) { PanelWidth = 520, PanelHeight = 460 });
    Grid[] pictures = [.. mistakes.Take(8).Select(i => (Grid)testX[i])];
    if (pictures.Length > 0) lesson.Plot("mistakes", Figure.Images(lesson.Text("가장 자신 있게 틀린 그림: 정답 → 모델의 답", "The surest mistakes: truth → answer"), 4, pictures, [.. mistakes.Take(8).Select(i => $"{classes[testY[i].ItemLong()]} → {classes[answers[i].ItemLong()]}")]));
}
