// chapter: minibatch
// title: 데이터셋과 데이터로더 | Data sets and loaders
// computes: 세는 것과 꺼내는 것만 아는 데이터셋, 섞어서 묶어 주는 로더 | a data set that counts and fetches, a loader that shuffles and batches
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the five students of the chapter before
Tensor x = Tensor.From([[73.0, 80, 75], [93, 88, 93], [89, 91, 90], [96, 98, 100], [73, 66, 70]]); // [5, 3]
Tensor y = Tensor.From([[152.0], [185], [180], [196], [142]]);       // [5, 1]
double rate = lesson.Parameter("lr", 1e-5, 1e-8, 1e-4);
int epochs = lesson.Parameter("epochs", 20, 1, 10_000);
int batchSize = lesson.Parameter("batch", 2, 1, 5);

// %% a data set answers two questions: how many, and which is the i-th?
var students = new TensorDataset(x, y);
lesson.Figure("count", students.Count, expected: 5);
lesson.Figure("third.inputs", students[2][0], expected: [89, 91, 90]);
lesson.Figure("third.target", students[2][1], expected: [180]);

// %% a loader cuts an epoch into batches; without shuffling they are always the same
lesson.Figure("batches", students.Batches(batchSize).BatchCount, expected: 3);
lesson.Figure("batch.sizes", [.. students.Batches(batchSize).Select(batch => (double)batch[0].Shape[0])], expected: [2, 2, 1]);
lesson.Figure("batch.sizes.dropLast", [.. students.Batches(batchSize, dropLast: true).Select(batch => (double)batch[0].Shape[0])], expected: [2, 2]);

// %% shuffled, every epoch has its own order, and every student is in it once
var shuffled = students.Batches(batchSize, shuffle: new TorchRandom(lesson.Seed(1)));
double[,] orders = new double[4, 5];
for (int epoch = 0; epoch < 4; epoch++)
{
    double[] finals = [.. shuffled.SelectMany(batch => batch[1].ToArray<double>())];
    for (int i = 0; i < 5; i++) orders[epoch, i] = finals[i];
    if (epoch == 0) lesson.Figure("epoch.is.complete", finals.Order().Zip(y.ToArray<double>().Order(), (a, b) => Math.Abs(a - b)).Max(), expected: 0);
}
lesson.Figure("orders", orders);

// %% training: the model sees two students a step
double Error(Layer model) => model.Forward(x).Detach().MseLoss(y).Item();
(Linear Model, double[] Steps, double[] Epochs) Train(int batchSize, RandomGenerator? shuffle)
{
    var model = new Linear(ParamScope.Random(lesson.Seed(1), DType.Float64), 3, 1);
    var optimizer = new SGD(model.Parameters(), rate);
    var loader = students.Batches(batchSize, shuffle);
    var steps = new List<double>();
    var afterEpoch = new List<double>();
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        foreach (var (inputs, targets) in loader)
        {
            using var step = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor cost = model.Forward(inputs).MseLoss(targets);
            cost.Backward();
            optimizer.Step();
            steps.Add(cost.Item());
        }
        afterEpoch.Add(Error(model));
    }
    return (model, [.. steps], [.. afterEpoch]);
}
var (model, stepLosses, epochLosses) = Train(batchSize, new TorchRandom(lesson.Seed(1)));
lesson.Figure("steps", stepLosses.Length, expected: 60);
lesson.Figure("loss.first.step", stepLosses[0]);
lesson.Figure("losses.epochs", epochLosses);
lesson.Range("loss", epochLosses[^1], 0, 10);
lesson.Range("prediction.73.80.75", model.Forward(Tensor.From([[73.0, 80, 75]])).Item(), 147, 157);
var (_, _, wholeLosses) = Train(5, null);
lesson.Figure("batch.of.5.losses.epochs", wholeLosses);

// %% one batch by hand: the loader changes which rows are looked at, not the mathematics
var fresh = new Linear(ParamScope.Random(lesson.Seed(1), DType.Float64), 3, 1);
var (firstX, firstY) = students.Batches(2).First();
fresh.Forward(firstX).MseLoss(firstY).Backward();
Tensor byHand = 2.0 / 2 * (fresh.Forward(firstX).Detach() - firstY).T.MatMul(firstX); // [1, 3]
lesson.Figure("gradient.difference", (fresh.Weight.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-9);

// %% a data set of one's own: anything that can be counted and fetched, changed on the way
IDataset<Tensor[]> scaled = new Squares(1000).Map(pair => new[] { pair[0] / 1000.0, pair[1] / 1e6 });
var loader = new DataLoader<Tensor[], Tensor[]>(scaled, 64, Collate.StackEach);
lesson.Figure("own.count", scaled.Count, expected: 1000);
lesson.Figure("own.item.500", [scaled[500][0].Item(), scaled[500][1].Item()], expected: [0.5, 0.25]);
lesson.Figure("own.batches", loader.BatchCount, expected: 16);
lesson.Figure("own.last.batch", loader.Last()[0].Shape[0], expected: 1000 - 15 * 64);

// %% the loss step by step and after each epoch
double[] Axis(int count, double each) => [.. Enumerable.Range(1, count).Select(i => i * each)];
int perEpoch = stepLosses.Length / epochs;
lesson.Plot("loss", new Panel(lesson.Text("손실", "Loss"), lesson.Text("에폭", "epoch"), lesson.Text("평균 제곱 오차", "mean squared error")) { LogY = true }
    .Line(Axis(stepLosses.Length, 1.0 / perEpoch), stepLosses, lesson.Text("그때 본 묶음", "the batch just seen"), width: 1)
    .Line(Axis(epochs, 1), epochLosses, lesson.Text("모든 학생, 두 명씩 학습", "all students, trained two at a time"))
    .Line(Axis(epochs, 1), wholeLosses, lesson.Text("모든 학생, 다섯 명 한꺼번에", "all students, trained all five at once"), dashed: true));
lesson.Plot("orders", new Panel(lesson.Text("네 에폭의 순서 (칸: 기말 점수)", "The order of four epochs (cells: the final score)"), lesson.Text("차례", "place"), "")
    .HeatMap(orders, rows: [.. Enumerable.Range(1, 4).Select(i => lesson.Text($"에폭 {i}", $"epoch {i}"))], columns: ["1", "2", "3", "4", "5"], showValues: true));

sealed class Squares(int count) : IDataset<Tensor[]>
{
    public int Count => count;

    public Tensor[] this[int index] => [Tensor.Scalar(index, DType.Float64), Tensor.Scalar((double)index * index, DType.Float64)];
}
